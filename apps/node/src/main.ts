import { loadFast } from './fast-loading.ts';

// Nothing else may be imported statically here: it would be loaded before this runs.
loadFast();
await import('./serve.ts');
