/** A transcript as events. */
export const transcript: string = String.raw`event: transcript.text.delta
data: {"type":"transcript.text.delta","delta":"Hello "}

event: transcript.text.delta
data: {"type":"transcript.text.delta","delta":"world"}

event: transcript.text.done
data: {"type":"transcript.text.done","text":"Hello world","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":0,"audio_tokens":14},"output_tokens":3,"total_tokens":17}}

`;
