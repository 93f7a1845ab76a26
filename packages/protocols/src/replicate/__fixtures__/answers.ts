/** A prediction that has just begun. */
export const CREATED: string = `{"id":"p1","model":"o/n","version":"hidden","input":{"prompt":"hi"},"output":null,"error":null,"status":"starting","logs":"","urls":{"get":"https://api.replicate.com/v1/predictions/p1","cancel":"https://api.replicate.com/v1/predictions/p1/cancel","stream":"https://stream.replicate.com/v1/files/x"},"created_at":"2026-11-22T12:00:00Z"}`;

/** Its output. */
export const OUTPUT_STREAM: string = `event: output
id: 1
data: Hel

event: output
id: 2
data: lo

event: done
id: 3
data: {}

`;
