import { z } from 'zod';

/** A JSON Schema, as OpenAPI 3.1 has them. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Turns schemas of zod into JSON Schemas, and gathers the named ones among them. */
export interface Schemas {
  /** What a client may send. */
  input(schema: z.ZodType): JsonSchema;
  /** What an answer holds. */
  output(schema: z.ZodType): JsonSchema;
  /** The named ones so far. */
  readonly named: Readonly<Record<string, JsonSchema>>;
}

/** A fresh gathering. */
export function createSchemas(): Schemas {
  const named: Record<string, JsonSchema> = {};
  const convert = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    // Inside of a list, so that one with a name becomes a reference to it.
    const json = moved(z.toJSONSchema(z.array(schema), { io, unrepresentable: 'any', override }));
    Object.assign(named, json.$defs);
    return json.items as JsonSchema;
  };
  return { input: (schema) => convert(schema, 'input'), output: (schema) => convert(schema, 'output'), named };
}

/** A name says more than the regular expression of it, which fills half a page for a time. */
function override({ jsonSchema }: { readonly jsonSchema: JsonSchema }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

/** Named schemas have one place in a document, and in zod's answer another. */
function moved(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
