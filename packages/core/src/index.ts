export type { Call, CallPatch, CallTimeouts, MaybePromise, Metadata } from './contracts/call.ts';
export type { CounterDemand, CounterStanding, Counters, CounterVerdict } from './contracts/counters.ts';
export type { CredentialSource, StoredCredential } from './contracts/credentials.ts';
export type {
  LogAttempt,
  LogBodies,
  LogEntry,
  LogRecord,
  LogSink,
} from './contracts/log.ts';
export type {
  Hooks,
  Location,
  Next,
  Plugin,
  PluginHost,
  Stage,
  StreamTap,
} from './contracts/plugin.ts';
export type {
  BreakerPolicy,
  CachePolicy,
  RateLimitRule,
  RetryPolicy,
  TimeoutRule,
  TrafficPolicies,
} from './contracts/policies.ts';
export {
  type Frame,
  type FrameData,
  type FrameDecoder,
  type FrameKind,
  type Framing,
  type FramingName,
  MalformedStreamError,
  NO_FACTS,
  type OperationName,
  type Protocol,
  type ReplyFacts,
  type ReplyView,
  type RequestFacts,
  type RequestView,
  type StreamReader,
  type WireError,
} from './contracts/protocol.ts';
export type {
  AccountProviders,
  Provider,
  ProviderRequest,
  ProviderScope,
  UpstreamTarget,
} from './contracts/provider.ts';
export type {
  Attempt,
  BytesReply,
  Outcome,
  Reply,
  ReplyHead,
  StreamReply,
  Timings,
} from './contracts/reply.ts';
export type { MetadataRollup, Rollup, RollupSink, RollupSums } from './contracts/rollup.ts';
export {
  BodyTooLargeError,
  type ByteSource,
  type RequestScope,
  type ResponseHead,
  type Runtime,
  type Transport,
  TransportError,
  type UpstreamReply,
  type UpstreamRequest,
} from './contracts/runtime.ts';
export type { GatewaySettings, SettingsSource } from './contracts/settings.ts';
export { type CallState, type StateKey, stateKey } from './contracts/state.ts';
export type { Store, StoreTraits } from './contracts/store.ts';
export { type FinishReason, UNKNOWN_USAGE, type Usage } from './contracts/usage.ts';
export type { Compat } from './engine/error-reply.ts';
export { createGateway, type Gateway, type GatewayOptions } from './engine/gateway.ts';
export { type ClientHeaders, splitClientHeaders } from './engine/headers.ts';
export { DEFAULT_LIMITS, type Limits } from './engine/limits.ts';
export { isUniversal } from './engine/universal.ts';
export {
  ERRORS,
  type ErrorEntry,
  type ErrorName,
  GatewayError,
  type GatewayErrorOptions,
} from './errors.ts';
export { type FetchTransportOptions, fetchTransport } from './fetch-transport.ts';
export { createIdSource } from './ids.ts';
export { retryAfter } from './retry-after.ts';
export { Sketch } from './sketch.ts';
export { suggest } from './suggest.ts';
export { readRequestBody, toReadableStream, webRuntime } from './web-runtime.ts';
