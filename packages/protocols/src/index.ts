export { awsEventStream } from './framing/aws-eventstream.ts';
export { jsonArray } from './framing/json-array.ts';
export { ndjson } from './framing/ndjson.ts';
export { sse } from './framing/sse.ts';
export { openaiChat } from './openai-chat/openai-chat.ts';
export { openaiCompletions } from './openai-completions/openai-completions.ts';
export type { OpenaiOptions } from './openai-shared/completions-protocol.ts';
export { deepinfraUsage, type UsagePatch, xaiUsage } from './openai-shared/usage.ts';
