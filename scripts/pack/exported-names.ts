import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every door of a built package and the names behind it, types marked as such, one a line. */
export function exportedNames(folder: string): string {
  const doors = publishedDoors(folder).map(({ door, types }) => {
    const names = namesIn(readFileSync(join(folder, types), 'utf8'));
    return [door, ...names.map((name) => `  ${name}`)].join('\n');
  });
  return `${doors.join('\n')}\n`;
}

/** What a package can be imported by once it is published: `.`, `./node`; and what lies behind each. */
export function publishedDoors(folder: string): readonly Door[] {
  const { publishConfig } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return Object.entries(publishConfig.exports).map(([door, files]) => ({
    door,
    types: files.types,
    code: files.default,
  }));
}

/** A door of a package, with its declarations and its code. */
export interface Door {
  readonly door: string;
  readonly types: string;
  readonly code: string;
}

interface Manifest {
  readonly publishConfig: {
    readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  };
}

function namesIn(declarations: string): readonly string[] {
  const inline = [...declarations.matchAll(/^export (?:declare )?(?:const|function|class|interface|type) (\w+)/gm)];
  const lists = [...declarations.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, type = '', names = '']) =>
    names.split(',').map((name) => type + publicName(name.trim())),
  );
  return [...inline.map(([, name = '']) => name), ...lists].sort();
}

/** `type a as B` is seen as `type B` from outside. */
function publicName(name: string): string {
  return name.replace(/^(type )?\w+ as /, '$1');
}
