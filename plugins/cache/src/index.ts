export { type CacheOptions, cache } from './cache.ts';
export { type CachePurger, cachePurger } from './purger.ts';
