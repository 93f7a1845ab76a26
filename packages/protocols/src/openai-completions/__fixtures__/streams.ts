/** A legacy completion with its usage on the last chunk. */
export const text: string = String.raw`data: {"id":"cmpl-1","object":"text_completion","created":1795000000,"model":"instruct-x","choices":[{"text":"Once","index":0,"logprobs":null,"finish_reason":null}]}

data: {"id":"cmpl-1","object":"text_completion","created":1795000000,"model":"instruct-x","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":4,"completion_tokens":1,"total_tokens":5}}

data: [DONE]

`;
