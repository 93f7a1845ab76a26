import { readFileSync } from 'node:fs';
import type { UserConfig } from 'tsdown';

/**
 * How every published package is built: ESM with types, one file per published door, dependencies left outside.
 * The doors are read from the `publishConfig` in the working directory's package.json, so that they are stated once.
 */
export function library(): UserConfig {
  return {
    entry: doors(),
    format: 'esm',
    // Neutral: nothing of Node may be put into a portable package by the bundler itself.
    platform: 'neutral',
    target: 'es2023',
    fixedExtension: true,
    deps: { neverBundle: [/^(node|bun|cloudflare):/] },
    // Declarations come from the syntax alone (`isolatedDeclarations`), so no type checker runs here.
    dts: { generator: 'oxc' },
    report: false,
  };
}

/** What is published as `./dist/node/index.mjs` is built from `./src/node/index.ts`. */
function doors(): Record<string, string> {
  const { publishConfig } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  const published = Object.values(publishConfig.exports).map((door) => door.default.replace(/^\.\/dist\/|\.mjs$/g, ''));
  return Object.fromEntries(published.map((name) => [name, `src/${name}.ts`]));
}

interface Manifest {
  readonly publishConfig: { readonly exports: Readonly<Record<string, { readonly default: string }>> };
}
