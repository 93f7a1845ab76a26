CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`created_at` integer NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`action` text NOT NULL,
	`resource_type` text NOT NULL,
	`resource_id` text NOT NULL,
	`before` text,
	`after` text
);
--> statement-breakpoint
CREATE INDEX `audit_log_newest` ON `audit_log` (`account`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `credentials` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`gateway` text NOT NULL,
	`provider` text NOT NULL,
	`alias` text NOT NULL,
	`is_default` integer NOT NULL,
	`sealed` blob NOT NULL,
	`preview` text NOT NULL,
	`rate_limit` integer,
	`rate_limit_period` integer,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL,
	FOREIGN KEY (`account`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `credentials_of` ON `credentials` (`account`,`gateway`,`provider`);--> statement-breakpoint
CREATE TABLE `custom_providers` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`base_url` text NOT NULL,
	`enable` integer NOT NULL,
	`beta` integer NOT NULL,
	`description` text,
	`link` text,
	`logo` text,
	`curl_example` text,
	`js_example` text,
	`headers` text,
	`position` integer,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL,
	FOREIGN KEY (`account`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `custom_providers_slug` ON `custom_providers` (`account`,`slug`);--> statement-breakpoint
CREATE TABLE `datasets` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`gateway` text NOT NULL,
	`name` text NOT NULL,
	`enable` integer NOT NULL,
	`filters` text NOT NULL,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `datasets_of` ON `datasets` (`account`,`gateway`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `evaluations` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`gateway` text NOT NULL,
	`name` text NOT NULL,
	`processed` integer NOT NULL,
	`total_logs` integer NOT NULL,
	`datasets` text NOT NULL,
	`results` text NOT NULL,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `evaluations_of` ON `evaluations` (`account`,`gateway`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `gateways` (
	`account` text NOT NULL,
	`id` text NOT NULL,
	`description` text,
	`is_default` integer NOT NULL,
	`authentication` integer,
	`collect_logs` integer NOT NULL,
	`log_management` integer,
	`log_management_strategy` text,
	`log_classification` integer NOT NULL,
	`logpush` integer NOT NULL,
	`logpush_public_key` text,
	`cache_ttl` integer NOT NULL,
	`cache_invalidate_on_update` integer NOT NULL,
	`rate_limiting_interval` integer,
	`rate_limiting_limit` integer,
	`rate_limiting_technique` text,
	`retry_max_attempts` integer,
	`retry_delay` integer,
	`retry_backoff` text,
	`byok_only` integer NOT NULL,
	`store_id` text,
	`workers_ai_billing_mode` text NOT NULL,
	`zdr` integer NOT NULL,
	`dlp` text,
	`guardrails` text,
	`otel` text,
	`spend_limits` text,
	`stripe` text,
	`traffic` text,
	`cache_purged_at` integer,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL,
	PRIMARY KEY(`account`, `id`),
	FOREIGN KEY (`account`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `gateways_created` ON `gateways` (`account`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `log_bodies` (
	`log_id` text NOT NULL,
	`piece` integer NOT NULL,
	`request` blob,
	`response` blob,
	PRIMARY KEY(`log_id`, `piece`)
);
--> statement-breakpoint
CREATE TABLE `log_counts` (
	`account` text NOT NULL,
	`gateway` text NOT NULL,
	`counted_until` integer NOT NULL,
	`row_count` integer NOT NULL,
	PRIMARY KEY(`account`, `gateway`)
);
--> statement-breakpoint
CREATE TABLE `logs` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`gateway` text NOT NULL,
	`created_at` integer NOT NULL,
	`event_id` text NOT NULL,
	`step` integer NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`model_type` text NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`request_type` text NOT NULL,
	`request_content_type` text NOT NULL,
	`response_content_type` text NOT NULL,
	`status_code` integer NOT NULL,
	`success` integer NOT NULL,
	`cached` integer NOT NULL,
	`streamed` integer NOT NULL,
	`abandoned` integer NOT NULL,
	`partial` integer NOT NULL,
	`error_code` text,
	`error_message` text,
	`finish_reason` text,
	`duration_ms` integer NOT NULL,
	`latency_ms` integer NOT NULL,
	`time_to_first_chunk_ms` integer,
	`tokens_in` integer,
	`tokens_out` integer,
	`cache_read_tokens` integer,
	`cache_write_tokens` integer,
	`reasoning_tokens` integer,
	`input_audio_tokens` integer,
	`output_audio_tokens` integer,
	`cost_nanos` integer,
	`custom_cost` integer NOT NULL,
	`metadata` text,
	`user_agent` text,
	`authenticated` integer NOT NULL,
	`request_size` integer NOT NULL,
	`response_size` integer NOT NULL,
	`attempts` text NOT NULL,
	`feedback` integer,
	`score` real
);
--> statement-breakpoint
CREATE INDEX `logs_newest` ON `logs` (`account`,`gateway`,`created_at`,`id`,`success`,`cached`,`status_code`);--> statement-breakpoint
CREATE INDEX `logs_model` ON `logs` (`account`,`gateway`,`model`,`created_at`,`id`,`success`,`cached`,`status_code`);--> statement-breakpoint
CREATE INDEX `logs_failed` ON `logs` (`account`,`gateway`,`created_at`,`id`,`success`,`status_code`) WHERE (success = 0 OR status_code >= 400);--> statement-breakpoint
CREATE INDEX `logs_failed_model` ON `logs` (`account`,`gateway`,`model`,`created_at`,`id`,`success`,`status_code`) WHERE (success = 0 OR status_code >= 400);--> statement-breakpoint
CREATE TABLE `metadata_rollups` (
	`period` text NOT NULL,
	`start` integer NOT NULL,
	`account` text NOT NULL,
	`gateway` text NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	`writer` text NOT NULL,
	`requests` integer NOT NULL,
	`failures` integer NOT NULL,
	`tokens_in` integer NOT NULL,
	`tokens_out` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`cost_nanos` integer NOT NULL,
	`saved_nanos` integer NOT NULL,
	`cached_requests` integer NOT NULL,
	`durations` blob NOT NULL,
	`first_chunks` blob NOT NULL,
	PRIMARY KEY(`period`, `account`, `gateway`, `key`, `start`, `value`, `writer`)
);
--> statement-breakpoint
CREATE TABLE `rollups` (
	`period` text NOT NULL,
	`start` integer NOT NULL,
	`account` text NOT NULL,
	`gateway` text NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`status_code` integer NOT NULL,
	`error_code` text NOT NULL,
	`cached` integer NOT NULL,
	`writer` text NOT NULL,
	`requests` integer NOT NULL,
	`failures` integer NOT NULL,
	`tokens_in` integer NOT NULL,
	`tokens_out` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`cost_nanos` integer NOT NULL,
	`saved_nanos` integer NOT NULL,
	`durations` blob NOT NULL,
	`first_chunks` blob NOT NULL,
	PRIMARY KEY(`period`, `account`, `gateway`, `start`, `provider`, `model`, `status_code`, `error_code`, `cached`, `writer`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`hash` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`role` text NOT NULL,
	`subject` text NOT NULL,
	`name` text NOT NULL,
	`token_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`account`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`role` text,
	`gateway` text,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_hash_unique` ON `tokens` (`hash`);