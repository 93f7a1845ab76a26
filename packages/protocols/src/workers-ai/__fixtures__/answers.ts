/** A text in native chunks. */
export const NATIVE_STREAM: string = `data: {"response":"H","p":"abcd"}

data: {"response":"i","p":"ab"}

data: {"response":"","usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}

data: [DONE]

`;

/** A tool call in Chat chunks. */
export const CHAT_STREAM: string = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"@cf/m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"@cf/m","choices":[{"index":0,"delta":{"reasoning_content":"Hm"},"finish_reason":null}]}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"@cf/m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"{}"}}]},"finish_reason":null}]}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"@cf/m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"@cf/m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":4}}}

data: [DONE]

`;

/** A text as a whole answer. */
export const NATIVE_ANSWER: string = `{"result":{"response":"Hi","usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}},"success":true,"errors":[],"messages":[]}`;

/** No capacity. */
export const CAPACITY_ERROR: string = `{"success":false,"errors":[{"code":3040,"message":"Capacity temporarily exceeded, please try again."}],"messages":[],"result":{}}`;
