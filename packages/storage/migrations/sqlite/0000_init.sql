CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
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
	`attempts` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `logs_newest` ON `logs` (`account`,`gateway`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_hash_unique` ON `tokens` (`hash`);