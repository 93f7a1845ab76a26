import type { Call, Reply, ReplyFacts } from '@sluice/core';

/**
 * Only a whole success is kept. A model that stopped for any other reason than being done has not given its whole
 * answer: more tokens, or another try, would give another. An answer that asks for a tool is never kept, since serving
 * it again would do again what the tool does.
 */
export function isKeepable(call: Call, { status, headers }: Reply, facts: ReplyFacts, body: Uint8Array): boolean {
  if (status !== 200 || facts.error !== null) return false;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return false;
  const isChat = call.target.protocol?.operation === 'chat';
  if (facts.finishReason !== 'stop' && (isChat || facts.finishReason !== null)) return false;
  return !needsReading(call) || !UNFINISHED.test(decoder.decode(body));
}

/** Protocols tell of the first choice alone, and a vendor may say `stop` though it asks for a tool that was forced. */
function needsReading(call: Call): boolean {
  const body = call.json() as RequestShape | null | undefined;
  if (body === null || typeof body !== 'object') return false;
  const choices = body.n ?? body.generationConfig?.candidateCount ?? 1;
  return choices !== 1 || offersTools(call);
}

/** Whether the answer may ask for a tool. */
export function offersTools(call: Call): boolean {
  const body = call.json();
  return body !== null && typeof body === 'object' && TOOL_FIELDS.some((field) => field in body);
}

interface RequestShape {
  readonly n?: unknown;
  readonly generationConfig?: { readonly candidateCount?: unknown } | null;
}

const TOOL_FIELDS: readonly string[] = ['tools', 'functions', 'toolConfig', 'tool_choice', 'mcp_servers'];

/** Text in an answer has its quotes escaped, so these are the answer's own members. */
const UNFINISHED: RegExp = new RegExp(
  [
    String.raw`"(?:tool_calls|toolCalls)"\s*:\s*\[\s*\{`,
    String.raw`"(?:function_call|functionCall|toolUse)"\s*:\s*\{`,
    String.raw`"type"\s*:\s*"(?:tool_use|mcp_approval_request|(?:function|custom_tool|computer|local_shell|shell|apply_patch)_call)"`,
    String.raw`"(?:finish_reason|finishReason|stop_reason)"\s*:\s*"(?!stop"|STOP"|end_turn"|stop_sequence"|eos"|eos_token"|COMPLETE"|FINISH_REASON_UNSPECIFIED")[^"]`,
  ].join('|'),
);

const decoder = new TextDecoder();
