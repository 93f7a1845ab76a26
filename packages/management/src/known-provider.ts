import type { Storage } from '@sluice/storage';

/** Whether calls can name this provider: one of the list, or one that the account has stored itself. Any without a list. */
export async function isKnownProvider(
  { customProviders }: Pick<Storage, 'customProviders'>,
  providers: readonly string[] | undefined,
  { account, slug }: { readonly account: string; readonly slug: string },
): Promise<boolean> {
  if (providers === undefined || providers.includes(slug)) return true;
  if (!slug.startsWith(PREFIX)) return false;
  return (await customProviders.find(account, slug.slice(PREFIX.length))) !== undefined;
}

const PREFIX = 'custom-';
