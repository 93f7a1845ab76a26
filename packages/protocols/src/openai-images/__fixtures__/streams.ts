/** One picture in two steps. */
export const generation: string = String.raw`event: image_generation.partial_image
data: {"type":"image_generation.partial_image","b64_json":"iVBORw0=","partial_image_index":0,"size":"1024x1024","quality":"low"}

event: image_generation.completed
data: {"type":"image_generation.completed","b64_json":"iVBORw0KGgo=","size":"1024x1024","quality":"low","usage":{"input_tokens":60,"input_tokens_details":{"text_tokens":20,"image_tokens":40},"output_tokens":272,"total_tokens":332}}

`;
