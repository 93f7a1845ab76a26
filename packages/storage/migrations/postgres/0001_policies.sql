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
CREATE TABLE "log_counts" (
	"account" text COLLATE "C" NOT NULL,
	"gateway" text COLLATE "C" NOT NULL,
	"counted_until" bigint NOT NULL,
	"row_count" bigint NOT NULL,
	PRIMARY KEY("account", "gateway")
);
--> statement-breakpoint
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
DROP INDEX "logs_newest";--> statement-breakpoint
ALTER TABLE "logs" ADD "feedback" bigint;--> statement-breakpoint
ALTER TABLE "logs" ADD "score" double precision;--> statement-breakpoint
CREATE INDEX "logs_model" ON "logs" ("account","gateway","model","created_at","id","success","cached","status_code");--> statement-breakpoint
CREATE INDEX "logs_failed" ON "logs" ("account","gateway","created_at","id","success","status_code") WHERE (success = 0 OR status_code >= 400);--> statement-breakpoint
CREATE INDEX "logs_failed_model" ON "logs" ("account","gateway","model","created_at","id","success","status_code") WHERE (success = 0 OR status_code >= 400);--> statement-breakpoint
CREATE INDEX "logs_newest" ON "logs" ("account","gateway","created_at","id","success","cached","status_code");--> statement-breakpoint
ALTER TABLE "gateways" ADD "traffic" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "gateways" ADD "cache_purged_at" bigint;--> statement-breakpoint
ALTER TABLE "tokens" ADD "kind" text COLLATE "C" DEFAULT 'management' NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD "role" text COLLATE "C" DEFAULT 'owner';--> statement-breakpoint
ALTER TABLE "tokens" ADD "gateway" text COLLATE "C";