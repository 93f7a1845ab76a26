/** Thoughts and two function calls, as `alt=sse` sends them. */
export const TOOL_CALLS_SSE: string = `data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Let me look.","thought":true}]},"index":0}],"usageMetadata":{"promptTokenCount":40,"totalTokenCount":58,"thoughtsTokenCount":18},"modelVersion":"gemini-x","responseId":"r1"}

data: {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"id":"fc1","name":"weather","args":{"city":"Oslo"}},"thoughtSignature":"CsQB"},{"functionCall":{"id":"fc2","name":"time","args":{}}}]},"index":0}],"modelVersion":"gemini-x","responseId":"r1"}

data: {"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":40,"cachedContentTokenCount":32,"candidatesTokenCount":22,"thoughtsTokenCount":18,"totalTokenCount":80,"promptTokensDetails":[{"modality":"TEXT","tokenCount":40}]},"modelVersion":"gemini-x","responseId":"r1"}

`;

/** The same answer as one JSON array. */
export const TOOL_CALLS_ARRAY: string = `[{"candidates":[{"content":{"role":"model","parts":[{"text":"Let me look.","thought":true}]},"index":0}],"usageMetadata":{"promptTokenCount":40,"totalTokenCount":58,"thoughtsTokenCount":18},"modelVersion":"gemini-x","responseId":"r1"}
,
{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"id":"fc1","name":"weather","args":{"city":"Oslo"}},"thoughtSignature":"CsQB"},{"functionCall":{"id":"fc2","name":"time","args":{}}}]},"index":0}],"modelVersion":"gemini-x","responseId":"r1"}
,
{"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":40,"cachedContentTokenCount":32,"candidatesTokenCount":22,"thoughtsTokenCount":18,"totalTokenCount":80,"promptTokensDetails":[{"modality":"TEXT","tokenCount":40}]},"modelVersion":"gemini-x","responseId":"r1"}
]
`;

/** What a blocked prompt gets in place of an answer. */
export const BLOCKED_PROMPT: string = `{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":9,"totalTokenCount":9},"modelVersion":"gemini-x"}`;

/** A quota that is used up. */
export const QUOTA_ERROR: string = `{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}`;
