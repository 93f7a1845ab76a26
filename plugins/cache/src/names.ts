/** The store's key of an entry. Account and gateway stand in it, so nobody can purge what is another's. */
export function entryName(account: string, gateway: string, id: string): string {
  return `${encodeURIComponent(account)}/${encodeURIComponent(gateway)}/${id}`;
}

/** Where it is written when a custom key was purged: the entry's own key holds a credential, which a purge doesn't know. */
export function markName(account: string, gateway: string, digest: string): string {
  return entryName(account, gateway, `purged/${digest}`);
}
