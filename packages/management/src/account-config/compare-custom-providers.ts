import type { CustomProvider } from '@sluice/storage';
import type { CustomProviderBody } from '../custom-provider-body.ts';
import { strangeHint } from '../custom-provider-headers.ts';
import type { PlannedChange } from './change.ts';
import type { Comparison } from './compare.ts';
import { removedCredential } from './compare-credentials.ts';
import { differences } from './fields.ts';
import { movedSlugs } from './moved-slugs.ts';
import type { FieldChange } from './types.ts';
import { toCustomProviderConfig } from './views.ts';

/** What makes, changes and takes away the account's own providers. */
export async function compareCustomProviders(comparison: Comparison): Promise<readonly PlannedChange[]> {
  const { state, file, prune } = comparison;
  if (file.customProviders === undefined) return [];
  const changes: PlannedChange[] = [];
  for (const [slug, wanted] of file.customProviders) {
    const known = state.customProviders.find((provider) => provider.slug === slug);
    assertHints(slug, wanted, known, comparison);
    if (known === undefined) changes.push(created(slug, wanted, comparison));
    else changes.push(...(await changed(known, wanted, comparison)));
  }
  const gone = prune ? state.customProviders.filter(({ slug }) => !file.customProviders?.has(slug)) : [];
  return [...changes, ...gone.flatMap((provider) => removed(provider, comparison))];
}

function created(slug: string, wanted: CustomProviderBody, { state, newId }: Comparison): PlannedChange {
  const id = newId();
  const after = toCustomProviderConfig(wanted);
  return {
    action: 'create',
    kind: 'custom_provider',
    id: slug,
    fields: differences(BLANK, after),
    write: { type: 'custom_provider.create', provider: { ...wanted, account: state.account, slug, id } },
    audit: { resource: 'custom_provider', id, after },
  };
}

async function changed(
  known: CustomProvider,
  wanted: CustomProviderBody,
  comparison: Comparison,
): Promise<readonly PlannedChange[]> {
  const { state, file, stored } = comparison;
  if (movedSlugs(state, file).has(`custom-${known.slug}`)) assertMove(known, wanted, comparison);
  const { headers: _, ...before } = toCustomProviderConfig(known);
  const { headers: __, ...after } = toCustomProviderConfig(wanted);
  const isSame = await stored.holdsHeaders(known, wanted.headers);
  const fields = [...differences(before, after), ...(isSame ? [] : [HEADERS_CHANGE])];
  if (fields.length === 0) return [];
  const { slug: ___, ...settings } = wanted;
  const provider = { ...settings, account: state.account, id: known.id };
  return [
    {
      action: 'update',
      kind: 'custom_provider',
      id: known.slug,
      fields,
      write: { type: 'custom_provider.update', provider },
      audit: { resource: 'custom_provider', id: known.id, before, after },
    },
  ];
}

/** As with the single route, its credentials go with it, unless the operator's configuration has the same slug. */
function removed(known: CustomProvider, { state, providers }: Comparison): readonly PlannedChange[] {
  const { id, slug } = known;
  const isShadowed = providers?.includes(`custom-${slug}`) === true;
  const credentials = isShadowed ? [] : state.credentials.filter(({ provider }) => provider === `custom-${slug}`);
  return [
    ...credentials.map(removedCredential),
    {
      action: 'delete',
      kind: 'custom_provider',
      id: slug,
      fields: [],
      write: { type: 'custom_provider.delete', id },
      audit: { resource: 'custom_provider', id, before: toCustomProviderConfig(known) },
    },
  ];
}

const HEADERS_CHANGE: FieldChange = { path: 'headers', before: '[secret]', after: '[secret]' };

const BLANK = toCustomProviderConfig({
  name: '',
  baseUrl: '',
  enable: false,
  beta: false,
  description: null,
  link: null,
  curlExample: null,
  jsExample: null,
  headers: null,
  position: null,
});

function assertHints(
  slug: string,
  { headers }: CustomProviderBody,
  known: CustomProvider | undefined,
  { problems }: Comparison,
): void {
  const name = strangeHint(headers ?? {}, known?.headers ?? {});
  if (name === undefined) return;
  const message = 'This is a hint that stands for no stored value. Write the value in full, or { "env": "NAME" }.';
  problems.add(['custom_providers', slug, 'headers', name], message);
}

/** Secrets are write-only: nobody reads one by pointing its provider at a server of his own. */
function assertMove(known: CustomProvider, wanted: CustomProviderBody, comparison: Comparison): void {
  const { state, file, prune, problems } = comparison;
  const hint = Object.entries(wanted.headers ?? {}).find(
    ([name, value]) => value.includes('…') && known.headers?.[name] === value,
  );
  if (hint !== undefined) {
    const message = 'The stored value is for the old address. Write it again.';
    problems.add(['custom_providers', known.slug, 'headers', hint[0]], message);
  }
  const slug = `custom-${known.slug}`;
  const unsaid = state.credentials.filter(({ provider, gateway, alias }) => {
    const section = file.gateways?.get(gateway)?.credentials;
    if (provider !== slug || (prune && file.gateways !== undefined && !file.gateways.has(gateway))) return false;
    if (section === undefined) return true;
    return !prune && !section.some((other) => other.provider === slug && other.alias === alias);
  });
  if (unsaid.length === 0) return;
  const places = [...new Set(unsaid.map(({ gateway }) => `"${gateway}"`))].join(', ');
  const message = `Credentials of "${slug}" are stored for the old address, in ${places}. Write them again, with their secrets.`;
  problems.add(['custom_providers', known.slug, 'base_url'], message);
}
