import type { FrameData } from '@sluice/core';

/** A `contentBlockDelta` message as it stands on the wire, CRCs included. */
export const CONTENT_BLOCK_DELTA_HEX: string =
  '0000009d00000057b9bbf89f0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c7461' +
  '0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74' +
  '7970650700056576656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b22' +
  '74657874223a224869227d2c2270223a226162227d8b38b268';

/** A `throttlingException` message as it stands on the wire. */
export const THROTTLING_EXCEPTION_HEX: string =
  '00000090000000618e91a9b70f3a657863657074696f6e2d747970650700137468726f74746c696e67457863' +
  '657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573' +
  '736167652d74797065070009657863657074696f6e7b226d657373616765223a22546f6f206d616e79207265' +
  '717565737473227de67f8005';

/** The events of ConverseStream for a text and a tool call. */
export const TOOL_CALL: readonly FrameData[] = [
  { event: 'messageStart', data: '{"role":"assistant"}' },
  { event: 'contentBlockDelta', data: '{"contentBlockIndex":0,"delta":{"text":"Checking."}}' },
  { event: 'contentBlockStop', data: '{"contentBlockIndex":0}' },
  { event: 'contentBlockStart', data: '{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"weather"}}}' },
  { event: 'contentBlockDelta', data: String.raw`{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"city\":"}}}` },
  { event: 'contentBlockDelta', data: String.raw`{"contentBlockIndex":1,"delta":{"toolUse":{"input":"\"Oslo\"}"}}}` },
  { event: 'contentBlockStop', data: '{"contentBlockIndex":1}' },
  { event: 'messageStop', data: '{"stopReason":"tool_use"}' },
  { event: 'metadata', data: '{"usage":{"inputTokens":12,"outputTokens":57,"totalTokens":1069,"cacheReadInputTokens":900,"cacheWriteInputTokens":100},"metrics":{"latencyMs":812}}' },
];
