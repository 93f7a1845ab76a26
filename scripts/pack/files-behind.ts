import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { publishedDoors } from './exported-names.ts';

/** A built file, and what it imports. */
export interface BuiltFile {
  readonly file: string;
  readonly imports: readonly string[];
}

/** Every built file that is loaded through one of these doors: bundlers put what two doors share into a third file. */
export function filesBehind(folder: string, isWanted: (door: string) => boolean): readonly BuiltFile[] {
  const found = new Map<string, BuiltFile>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    const imports = importsOf(readFileSync(path, 'utf8'));
    found.set(path, { file: relative(folder, path), imports });
    for (const name of imports) if (name.startsWith('.')) visit(join(dirname(path), name));
  };
  for (const { door, code } of publishedDoors(folder)) if (isWanted(door)) visit(join(folder, code));
  return [...found.values()];
}

/** Imports that wait until somebody needs them count too. */
function importsOf(code: string): readonly string[] {
  return [...code.matchAll(/(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)].map(([, name = '']) => name);
}
