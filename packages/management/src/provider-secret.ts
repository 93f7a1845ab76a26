import { InvalidRequest } from './refusal.ts';

/** Refuses a secret that could never work with its provider. Nothing of it is in the message. */
export function assertSecret(provider: string, secret: string): void {
  const problem = problemOfSecret(provider, secret);
  if (problem !== undefined) throw new InvalidRequest([{ message: problem, path: ['body', 'secret'] }]);
}

/** What is wrong with a secret, without any of it. */
export function problemOfSecret(provider: string, secret: string): string | undefined {
  const kind = KINDS.get(provider);
  if (!secret.startsWith('{')) {
    if (/^[\x20-\x7e]+$/.test(secret)) return undefined;
    return `"secret" must be one line of plain characters, as keys of providers are.${kind === undefined ? '' : ` ${kind.expected}`}`;
  }
  if (kind === undefined) return undefined;
  const fields = parsed(secret);
  const problem = fields === undefined ? 'It is not valid JSON.' : kind.problem(fields);
  return problem === undefined ? undefined : `${kind.expected} ${problem}`;
}

/** A provider with a form of its own, in JSON. */
interface SecretKind {
  readonly expected: string;
  /** The first thing that is wrong, if any. */
  problem(fields: Fields): string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const awsKeys: SecretKind = {
  expected:
    '"secret" for Bedrock must be a Bedrock API key, or the JSON { accessKeyId, secretAccessKey, region, sessionToken? } of an AWS access key.',
  problem: (fields) =>
    missing(fields, ['accessKeyId', 'secretAccessKey', 'region']) ??
    wrongText(fields, ['sessionToken']) ??
    (hasOnly(fields, ['accessKeyId', 'secretAccessKey', 'region', 'sessionToken'])
      ? undefined
      : 'It has another field besides these.'),
};

const serviceAccount: SecretKind = {
  expected:
    '"secret" for Vertex AI must be the JSON key of a service account, with "region" added to it if you like, or an access token.',
  problem: (fields) => {
    if (fields.type !== undefined && fields.type !== 'service_account') return 'Its "type" is not "service_account".';
    return (
      missing(fields, ['client_email', 'private_key']) ??
      wrongText(fields, ['region']) ??
      (String(fields.private_key).includes('-----BEGIN') ? undefined : 'Its "private_key" is no key in PEM form.')
    );
  },
};

const KINDS: ReadonlyMap<string, SecretKind> = new Map([
  ['aws-bedrock', awsKeys],
  ['google-vertex-ai', serviceAccount],
]);

function parsed(secret: string): Fields | undefined {
  try {
    return JSON.parse(secret) as Fields;
  } catch {
    return undefined;
  }
}

function missing(fields: Fields, names: readonly string[]): string | undefined {
  const name = names.find((name) => typeof fields[name] !== 'string' || fields[name] === '');
  return name === undefined ? undefined : `Its "${name}" is missing or no text.`;
}

function wrongText(fields: Fields, names: readonly string[]): string | undefined {
  return missing(
    fields,
    names.filter((name) => fields[name] !== undefined),
  );
}

function hasOnly(fields: Fields, names: readonly string[]): boolean {
  return Object.keys(fields).every((name) => names.includes(name));
}
