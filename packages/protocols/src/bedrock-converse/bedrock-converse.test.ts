import { type ReplyFacts, UNKNOWN_USAGE, type Usage } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { awsEventStream, bedrockConverse } from '../index.ts';
import { follow, fromHex, reply, request, wireOf } from '../reading/__fixtures__/views.ts';
import { CONTENT_BLOCK_DELTA_HEX, THROTTLING_EXCEPTION_HEX, TOOL_CALL } from './__fixtures__/frames.ts';

const USAGE = {
  inputTokens: 12,
  outputTokens: 57,
  totalTokens: 1069,
  cacheReadInputTokens: 900,
  cacheWriteInputTokens: 100,
};
const FACTS: ReplyFacts & { usage: Usage } = {
  model: null,
  finishReason: 'tool_calls',
  error: null,
  usage: { ...UNKNOWN_USAGE, inputTokens: 1012, outputTokens: 57, cacheReadTokens: 900, cacheWriteTokens: 100 },
};

testProtocol(bedrockConverse, {
  framing: awsEventStream,
  fixtures: [
    {
      name: 'text and a tool call',
      bytes: wireOf(awsEventStream, TOOL_CALL),
      kinds: ['other', 'content', 'other', 'content', 'content', 'content', 'other', 'other', 'end'],
      facts: FACTS,
      wholeWith: 'stopReason',
    },
    {
      name: 'an exception',
      bytes: new Uint8Array([...fromHex(CONTENT_BLOCK_DELTA_HEX), ...fromHex(THROTTLING_EXCEPTION_HEX)]),
      kinds: ['content', 'error'],
      facts: { error: { code: 'throttlingException', message: 'Too many requests', status: 429 } },
      wholeWith: null,
    },
  ],
});

test.each([
  ['model/anthropic.claude-x-v1%3A0/converse', 'anthropic.claude-x-v1:0', false],
  ['model/anthropic.claude-x-v1:0/converse-stream', 'anthropic.claude-x-v1:0', true],
  [
    'model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fglobal.claude-x/converse-stream',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.claude-x',
    true,
  ],
  ['guardrail/g/version/1/apply', null, false],
])('%s asks for %s, streamed: %s', (path, model, stream) => {
  expect(bedrockConverse.readRequest(request(path, {}))).toEqual({ model, stream });
});

test('an answer says the same whole and streamed', () => {
  const body = { output: { message: { role: 'assistant', content: [] } }, stopReason: 'tool_use', usage: USAGE };
  expect(bedrockConverse.readReply(reply(body))).toEqual(FACTS);
  const streamed = follow(bedrockConverse, awsEventStream, wireOf(awsEventStream, TOOL_CALL));
  expect(streamed).toMatchObject({ facts: FACTS, complete: true });
  expect(streamed.kinds.at(-1)).toBe('end');
});

test('a stream that was cut before messageStop is not whole', () => {
  const at = (frames: number) =>
    follow(bedrockConverse, awsEventStream, wireOf(awsEventStream, TOOL_CALL.slice(0, frames)));
  expect(at(7)).toMatchObject({ complete: false, facts: { usage: null } });
  expect(at(8)).toMatchObject({ complete: true, facts: { usage: null, finishReason: 'tool_calls' } });
});

test('an error message that is no modelled exception is an error too', () => {
  const wire = wireOf(awsEventStream, [{ messageType: 'error', event: 'InternalError', data: 'An internal error' }]);
  expect(follow(bedrockConverse, awsEventStream, wire).facts.error).toMatchObject({ code: 'InternalError' });
});

test('what is written for an hour is told apart', () => {
  const usage = {
    ...USAGE,
    cacheDetails: [
      { ttl: '5m', inputTokens: 40 },
      { ttl: '1h', inputTokens: 60 },
    ],
  };
  expect(bedrockConverse.readReply(reply({ usage })).usage).toEqual({ ...FACTS.usage, cacheWrite1hTokens: 60 });
});

test.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['guardrail_intervened', 'content_filter'],
  ['content_filtered', 'content_filter'],
  ['malformed_model_output', 'error'],
  ['malformed_tool_use', 'error'],
])('stopReason %s is %s', (stopReason, finishReason) => {
  expect(bedrockConverse.readReply(reply({ stopReason })).finishReason).toBe(finishReason);
});

test('a failed answer is named by its header or its body', () => {
  const headers = { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/coral/' };
  const named = { code: 'ThrottlingException', message: 'Too many requests', status: 429 };
  expect(bedrockConverse.readReply(reply({ message: 'Too many requests' }, { status: 429, headers })).error).toEqual(
    named,
  );
  const body = { __type: 'com.amazon.coral.service#ThrottlingException', message: 'Too many requests' };
  expect(bedrockConverse.readReply(reply(body, { status: 429 })).error).toEqual(named);
});

test.each([
  [{ code: 'upstream_interrupted', message: 'cut', status: 502 }, 'modelStreamErrorException'],
  [{ code: 'upstream_stalled', message: 'cut', status: 504 }, 'modelTimeoutException'],
  [{ code: 'throttlingException', message: 'cut' }, 'throttlingException'],
  [{ code: null, message: 'cut', status: 503 }, 'serviceUnavailableException'],
  [{ code: null, message: 'cut' }, 'internalServerException'],
])('%o is told as %s, and read back as an error', (error, event) => {
  const told = bedrockConverse.writeError(error, 'aws-eventstream');
  expect(told).toEqual([{ event, messageType: 'exception', data: '{"message":"cut"}' }]);
  const { facts } = follow(bedrockConverse, awsEventStream, wireOf(awsEventStream, told));
  expect(facts.error).toMatchObject({ code: event, message: 'cut' });
});
