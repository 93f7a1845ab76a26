CREATE TABLE "accounts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"actor_id" text COLLATE "C" NOT NULL,
	"actor_name" text COLLATE "C" NOT NULL,
	"action" text COLLATE "C" NOT NULL,
	"resource_type" text COLLATE "C" NOT NULL,
	"resource_id" text COLLATE "C" NOT NULL,
	"before" text COLLATE "C",
	"after" text COLLATE "C"
);
--> statement-breakpoint
CREATE INDEX "audit_log_newest" ON "audit_log" ("account","created_at","id");--> statement-breakpoint
CREATE TABLE "credentials" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"gateway" text COLLATE "C" NOT NULL,
	"provider" text COLLATE "C" NOT NULL,
	"alias" text COLLATE "C" NOT NULL,
	"is_default" bigint NOT NULL,
	"sealed" bytea NOT NULL,
	"preview" text COLLATE "C" NOT NULL,
	"rate_limit" bigint,
	"rate_limit_period" bigint,
	"created_at" bigint NOT NULL,
	"modified_at" bigint NOT NULL,
	FOREIGN KEY ("account") REFERENCES "accounts"("id") ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX "credentials_of" ON "credentials" ("account","gateway","provider");--> statement-breakpoint
CREATE TABLE "custom_providers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"slug" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"base_url" text COLLATE "C" NOT NULL,
	"enable" bigint NOT NULL,
	"beta" bigint NOT NULL,
	"description" text COLLATE "C",
	"link" text COLLATE "C",
	"logo" text COLLATE "C",
	"curl_example" text COLLATE "C",
	"js_example" text COLLATE "C",
	"headers" text COLLATE "C",
	"position" bigint,
	"created_at" bigint NOT NULL,
	"modified_at" bigint NOT NULL,
	FOREIGN KEY ("account") REFERENCES "accounts"("id") ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX "custom_providers_slug" ON "custom_providers" ("account","slug");--> statement-breakpoint
CREATE TABLE "datasets" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"gateway" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"enable" bigint NOT NULL,
	"filters" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"modified_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "datasets_of" ON "datasets" ("account","gateway","created_at","id");--> statement-breakpoint
CREATE TABLE "evaluations" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"gateway" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"processed" bigint NOT NULL,
	"total_logs" bigint NOT NULL,
	"datasets" text COLLATE "C" NOT NULL,
	"results" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"modified_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "evaluations_of" ON "evaluations" ("account","gateway","created_at","id");--> statement-breakpoint
CREATE TABLE "gateways" (
	"account" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"description" text COLLATE "C",
	"is_default" bigint NOT NULL,
	"authentication" bigint,
	"collect_logs" bigint NOT NULL,
	"log_management" bigint,
	"log_management_strategy" text COLLATE "C",
	"log_classification" bigint NOT NULL,
	"logpush" bigint NOT NULL,
	"logpush_public_key" text COLLATE "C",
	"cache_ttl" bigint NOT NULL,
	"cache_invalidate_on_update" bigint NOT NULL,
	"rate_limiting_interval" bigint,
	"rate_limiting_limit" bigint,
	"rate_limiting_technique" text COLLATE "C",
	"retry_max_attempts" bigint,
	"retry_delay" bigint,
	"retry_backoff" text COLLATE "C",
	"byok_only" bigint NOT NULL,
	"store_id" text COLLATE "C",
	"workers_ai_billing_mode" text COLLATE "C" NOT NULL,
	"zdr" bigint NOT NULL,
	"dlp" text COLLATE "C",
	"guardrails" text COLLATE "C",
	"otel" text COLLATE "C",
	"spend_limits" text COLLATE "C",
	"stripe" text COLLATE "C",
	"traffic" text COLLATE "C",
	"cache_purged_at" bigint,
	"created_at" bigint NOT NULL,
	"modified_at" bigint NOT NULL,
	PRIMARY KEY("account", "id"),
	FOREIGN KEY ("account") REFERENCES "accounts"("id") ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX "gateways_created" ON "gateways" ("account","created_at","id");--> statement-breakpoint
CREATE TABLE "log_bodies" (
	"log_id" text COLLATE "C" NOT NULL,
	"piece" bigint NOT NULL,
	"request" bytea,
	"response" bytea,
	PRIMARY KEY("log_id", "piece")
) PARTITION BY RANGE ("log_id");
--> statement-breakpoint
CREATE TABLE "log_bodies_default" PARTITION OF "log_bodies" DEFAULT;
--> statement-breakpoint
CREATE TABLE "log_counts" (
	"account" text COLLATE "C" NOT NULL,
	"gateway" text COLLATE "C" NOT NULL,
	"counted_until" bigint NOT NULL,
	"row_count" bigint NOT NULL,
	PRIMARY KEY("account", "gateway")
);
--> statement-breakpoint
CREATE TABLE "logs" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"gateway" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"event_id" text COLLATE "C" NOT NULL,
	"step" bigint NOT NULL,
	"provider" text COLLATE "C" NOT NULL,
	"model" text COLLATE "C" NOT NULL,
	"model_type" text COLLATE "C" NOT NULL,
	"method" text COLLATE "C" NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"request_type" text COLLATE "C" NOT NULL,
	"request_content_type" text COLLATE "C" NOT NULL,
	"response_content_type" text COLLATE "C" NOT NULL,
	"status_code" bigint NOT NULL,
	"success" bigint NOT NULL,
	"cached" bigint NOT NULL,
	"streamed" bigint NOT NULL,
	"abandoned" bigint NOT NULL,
	"partial" bigint NOT NULL,
	"error_code" text COLLATE "C",
	"error_message" text COLLATE "C",
	"finish_reason" text COLLATE "C",
	"duration_ms" bigint NOT NULL,
	"latency_ms" bigint NOT NULL,
	"time_to_first_chunk_ms" bigint,
	"tokens_in" bigint,
	"tokens_out" bigint,
	"cache_read_tokens" bigint,
	"cache_write_tokens" bigint,
	"reasoning_tokens" bigint,
	"input_audio_tokens" bigint,
	"output_audio_tokens" bigint,
	"cost_nanos" bigint,
	"custom_cost" bigint NOT NULL,
	"metadata" text COLLATE "C",
	"user_agent" text COLLATE "C",
	"authenticated" bigint NOT NULL,
	"request_size" bigint NOT NULL,
	"response_size" bigint NOT NULL,
	"attempts" text COLLATE "C" NOT NULL,
	"feedback" bigint,
	"score" double precision
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "logs_default" PARTITION OF "logs" DEFAULT;
--> statement-breakpoint
CREATE INDEX "logs_newest" ON "logs" ("account","gateway","created_at","id","success","cached","status_code");--> statement-breakpoint
CREATE INDEX "logs_model" ON "logs" ("account","gateway","model","created_at","id","success","cached","status_code");--> statement-breakpoint
CREATE INDEX "logs_failed" ON "logs" ("account","gateway","created_at","id","success","status_code") WHERE (success = 0 OR status_code >= 400);--> statement-breakpoint
CREATE INDEX "logs_failed_model" ON "logs" ("account","gateway","model","created_at","id","success","status_code") WHERE (success = 0 OR status_code >= 400);--> statement-breakpoint
CREATE TABLE "metadata_rollups" (
	"period" text COLLATE "C" NOT NULL,
	"start" bigint NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"gateway" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"value" text COLLATE "C" NOT NULL,
	"writer" text COLLATE "C" NOT NULL,
	"requests" bigint NOT NULL,
	"failures" bigint NOT NULL,
	"tokens_in" bigint NOT NULL,
	"tokens_out" bigint NOT NULL,
	"cache_read_tokens" bigint NOT NULL,
	"cache_write_tokens" bigint NOT NULL,
	"reasoning_tokens" bigint NOT NULL,
	"cost_nanos" bigint NOT NULL,
	"saved_nanos" bigint NOT NULL,
	"cached_requests" bigint NOT NULL,
	"durations" bytea NOT NULL,
	"first_chunks" bytea NOT NULL,
	PRIMARY KEY("period", "account", "gateway", "key", "start", "value", "writer")
);
--> statement-breakpoint
CREATE TABLE "rollups" (
	"period" text COLLATE "C" NOT NULL,
	"start" bigint NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"gateway" text COLLATE "C" NOT NULL,
	"provider" text COLLATE "C" NOT NULL,
	"model" text COLLATE "C" NOT NULL,
	"status_code" bigint NOT NULL,
	"error_code" text COLLATE "C" NOT NULL,
	"cached" bigint NOT NULL,
	"writer" text COLLATE "C" NOT NULL,
	"requests" bigint NOT NULL,
	"failures" bigint NOT NULL,
	"tokens_in" bigint NOT NULL,
	"tokens_out" bigint NOT NULL,
	"cache_read_tokens" bigint NOT NULL,
	"cache_write_tokens" bigint NOT NULL,
	"reasoning_tokens" bigint NOT NULL,
	"cost_nanos" bigint NOT NULL,
	"saved_nanos" bigint NOT NULL,
	"durations" bytea NOT NULL,
	"first_chunks" bytea NOT NULL,
	PRIMARY KEY("period", "account", "gateway", "start", "provider", "model", "status_code", "error_code", "cached", "writer")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"role" text COLLATE "C" NOT NULL,
	"subject" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"token_id" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	FOREIGN KEY ("account") REFERENCES "accounts"("id") ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"role" text COLLATE "C",
	"gateway" text COLLATE "C",
	"hash" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	FOREIGN KEY ("account") REFERENCES "accounts"("id") ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_hash_unique" ON "tokens" ("hash");