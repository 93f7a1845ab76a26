import { enableCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';

/**
 * Halves the time until the server answers. Compiled modules are kept beside the installed ones, and drizzle-orm's 400
 * files are known to be ES modules: Node would parse its package.json of 180 kB anew for each of them.
 */
export function loadFast(): void {
  enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context;
      const isInside = specifier.startsWith('.') && parentURL?.includes(DRIZZLE) === true && parentURL.endsWith('.js');
      if (!isInside) return next(specifier, context);
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
    },
  });
}

const DRIZZLE = '/node_modules/drizzle-orm/';
