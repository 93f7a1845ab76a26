/** Speech as events. */
export const speech: string = String.raw`data: {"type":"speech.audio.delta","audio":"SUQz"}

data: {"type":"speech.audio.done","usage":{"input_tokens":14,"output_tokens":101,"total_tokens":115}}

`;
