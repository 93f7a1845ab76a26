/** Two parallel tool calls, then usage in a chunk of its own. */
export const toolCalls: string = String.raw`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"gpt-x-2026-01-01","choices":[{"index":0,"delta":{"role":"assistant","content":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"k3"}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"gpt-x-2026-01-01","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}}]},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"gpt-x-2026-01-01","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":\"Oslo\"}"}}]},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"gpt-x-2026-01-01","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"time","arguments":"{}"}}]},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"gpt-x-2026-01-01","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795000000,"model":"gpt-x-2026-01-01","choices":[],"usage":{"prompt_tokens":80,"completion_tokens":31,"total_tokens":111,"prompt_tokens_details":{"cached_tokens":64,"cache_write_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":12,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}

data: [DONE]

`;

/** What stands around an answer at several vendors: comments, a filter report, usage in the choice or in `x_groq`. */
export const noise: string = String.raw`: OPENROUTER PROCESSING

: keep-alive

data: {"choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}],"id":"","model":"","created":0,"object":""}

data: {"id":"x","model":"llama-x","choices":[{"index":0,"delta":{"role":"assistant","content":"Grüße, 世界 🌍"},"finish_reason":""}]}

data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}}

`;

/** A failure inside a 200, as OpenRouter tells it. */
export const openrouterError: string = String.raw`data: {"id":"gen-1","model":"a/b","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}

data: {"error":{"message":"upstream failed","code":502},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}

`;

/** vLLM says [DONE] even behind an error. */
export const vllmError: string = String.raw`data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}

data: {"error":{"message":"EngineCore died","type":"InternalServerError","param":null,"code":500}}

data: [DONE]

`;

/** Two choices; the second is still open when the first has finished. */
export const twoChoices: string = String.raw`data: {"model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}

data: {"model":"m","choices":[{"index":1,"delta":{"content":"b"},"finish_reason":null}]}

data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

data: {"model":"m","choices":[{"index":1,"delta":{},"finish_reason":"length"}]}

`;
