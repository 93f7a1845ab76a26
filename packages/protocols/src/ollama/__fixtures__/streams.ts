/** Thinking and a tool call, one line each. */
export const TOOL_CALL: string = `{"model":"m","created_at":"2026-11-22T12:00:00.1Z","message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}
{"model":"m","created_at":"2026-11-22T12:00:00.2Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"index":0,"name":"weather","arguments":{"city":"Oslo"}}}]},"done":false}
{"model":"m","created_at":"2026-11-22T12:00:00.3Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":812000000,"load_duration":2000000,"prompt_eval_count":26,"prompt_eval_duration":1300000,"eval_count":29,"eval_duration":700000000}
`;
