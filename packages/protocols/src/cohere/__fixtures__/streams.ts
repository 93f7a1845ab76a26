/** A plan and a tool call (v2). */
export const TOOL_CALL: string = String.raw`event: message-start
data: {"type":"message-start","id":"c1","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}

event: tool-plan-delta
data: {"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will look it up."}}}

event: tool-call-start
data: {"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"weather_0","type":"function","function":{"name":"weather","arguments":""}}}}}

event: tool-call-delta
data: {"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"city\":\"Oslo\"}"}}}}}

event: tool-call-end
data: {"type":"tool-call-end","index":0}

event: message-end
data: {"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":20,"output_tokens":15},"tokens":{"input_tokens":900,"output_tokens":40},"cached_tokens":512}}}

`;

/** A text (v2). */
export const TEXT: string = `event: message-start
data: {"type":"message-start","id":"c2","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}

event: content-start
data: {"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}

event: content-delta
data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Olá"}}}}

event: content-end
data: {"type":"content-end","index":0}

event: message-end
data: {"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":3,"output_tokens":1},"tokens":{"input_tokens":70,"output_tokens":1}}}}

`;

/** A text (v1). */
export const TEXT_V1: string = `{"is_finished":false,"event_type":"text-generation","text":"Hi"}
{"is_finished":true,"event_type":"stream-end","finish_reason":"COMPLETE","response":{"text":"Hi","generation_id":"g","meta":{"billed_units":{"input_tokens":3,"output_tokens":1},"tokens":{"input_tokens":70,"output_tokens":1}}}}
`;
