CREATE TABLE "accounts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
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
	"attempts" text COLLATE "C" NOT NULL
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "logs_default" PARTITION OF "logs" DEFAULT;
--> statement-breakpoint
CREATE INDEX "logs_newest" ON "logs" ("account","gateway","created_at","id");--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"hash" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	FOREIGN KEY ("account") REFERENCES "accounts"("id") ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_hash_unique" ON "tokens" ("hash");