import { html } from 'hono/html';
import type { Html } from './reference.ts';
import type { JsonSchema } from './schemas.ts';

/** A schema in words; what is inside of an object or a list stands in a list below it. */
export function renderSchema(schema: JsonSchema | boolean): Html {
  if (typeof schema === 'boolean') return html`${schema ? 'anything' : 'nothing'}`;
  const { $ref, properties, items } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return html`${choices.map((choice, i) => html`${i === 0 ? '' : ' or '}${renderSchema(choice)}`)}${rulesOf(schema)}`;
  if (properties !== undefined)
    return html`object<ul>${Object.entries(properties).map(([name, property]) => renderProperty(name, property, schema.required?.includes(name) ?? false))}</ul>`;
  if (typeof items === 'object' && !Array.isArray(items)) return html`list of ${renderSchema(items)}${rulesOf(schema)}`;
  if (typeof schema.additionalProperties === 'object')
    return html`object of ${renderSchema(schema.additionalProperties)}`;
  return html`${kindOf(schema)}${rulesOf(schema)}`;
}

function renderProperty(name: string, property: JsonSchema | boolean, isRequired: boolean): Html {
  const about = typeof property === 'boolean' ? '' : (property.description ?? '');
  return html`<li><code>${name}</code> ${isRequired ? '' : html`<i>optional</i> `}${renderSchema(property)} ${about}</li>`;
}

function kindOf({ type, enum: values, const: only, not }: JsonSchema): string {
  if (only !== undefined) return JSON.stringify(only);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (not !== undefined) return 'nothing';
  return type === undefined ? 'anything' : [type].flat().join(' or ');
}

function rulesOf(schema: JsonSchema): string {
  const rules = RULES.flatMap((rule) => {
    const value = schema[rule];
    const isPlain = value === undefined || value === Number.MAX_SAFE_INTEGER || value === Number.MIN_SAFE_INTEGER;
    return isPlain ? [] : [`${WORDS[rule] ?? rule} ${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  return rules.length === 0 ? '' : ` (${rules.join(', ')})`;
}

const RULES = [
  'format',
  'pattern',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'default',
] as const;

const WORDS: Readonly<Record<string, string>> = {
  minimum: 'from',
  exclusiveMinimum: 'above',
  maximum: 'to',
  minLength: 'length from',
  maxLength: 'length to',
  minItems: 'entries from',
  maxItems: 'entries to',
  default: 'unless given',
};
