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
CREATE TABLE `log_counts` (
	`account` text NOT NULL,
	`gateway` text NOT NULL,
	`counted_until` integer NOT NULL,
	`row_count` integer NOT NULL,
	PRIMARY KEY(`account`, `gateway`)
);
--> statement-breakpoint
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
DROP INDEX `logs_newest`;--> statement-breakpoint
ALTER TABLE `logs` ADD `feedback` integer;--> statement-breakpoint
ALTER TABLE `logs` ADD `score` real;--> statement-breakpoint
CREATE INDEX `logs_model` ON `logs` (`account`,`gateway`,`model`,`created_at`,`id`,`success`,`cached`,`status_code`);--> statement-breakpoint
CREATE INDEX `logs_failed` ON `logs` (`account`,`gateway`,`created_at`,`id`,`success`,`status_code`) WHERE (success = 0 OR status_code >= 400);--> statement-breakpoint
CREATE INDEX `logs_failed_model` ON `logs` (`account`,`gateway`,`model`,`created_at`,`id`,`success`,`status_code`) WHERE (success = 0 OR status_code >= 400);--> statement-breakpoint
CREATE INDEX `logs_newest` ON `logs` (`account`,`gateway`,`created_at`,`id`,`success`,`cached`,`status_code`);--> statement-breakpoint
ALTER TABLE `gateways` ADD `traffic` text;--> statement-breakpoint
ALTER TABLE `gateways` ADD `cache_purged_at` integer;--> statement-breakpoint
ALTER TABLE `tokens` ADD `kind` text DEFAULT 'management' NOT NULL;--> statement-breakpoint
ALTER TABLE `tokens` ADD `role` text DEFAULT 'owner';--> statement-breakpoint
ALTER TABLE `tokens` ADD `gateway` text;