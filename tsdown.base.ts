import { readFileSync } from 'node:fs';
import type { UserConfig } from 'tsdown';

/**
 * How every published package is built: ESM with types, one file per door of its `exports`, dependencies left outside.
 * The doors are read from the package.json in the working directory, so that they are stated once.
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

/** `./src/node/index.ts` is built as `dist/node/index.mjs`. */
function doors(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, string> };
  const sources = Object.values(exports);
  return Object.fromEntries(sources.map((source) => [source.replace(/^\.\/src\/|\.ts$/g, ''), source]));
}
