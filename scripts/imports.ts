// The import graph of a source tree: who imports what, read from the text, types included.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

export interface Import {
  readonly from: string;
  /** A path from the root for our files, `node:x` for Node's modules, a package's name for the rest. */
  readonly to: string;
  readonly line: number;
  readonly typesOnly: boolean;
  /** What is written. */
  readonly specifier: string;
}

const FROM = /^[ \t]*(?:import|export)\b(?<names>[^'";]*?)\bfrom\s*'(?<from>[^']+)'/gm;
const BARE = /^[ \t]*import\s*'(?<from>[^']+)'/gm;
const DYNAMIC = /\b(?:import|require)\(\s*'(?<from>[^']+)'/g;

/** Every import of every .ts file below `folder` (relative to `root`). */
export function readImports(root: string, folder: string): Import[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files
    .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
    .flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')));
}

/** Imports of one file's text. */
export function importsIn(file: string, text: string): Import[] {
  const found = [...text.matchAll(FROM), ...text.matchAll(BARE), ...text.matchAll(DYNAMIC)];
  return found.map((match) => {
    const { from: specifier = '', names = '' } = match.groups ?? {};
    const lead = /^\s*/.exec(match[0])?.[0].length ?? 0;
    const line = text.slice(0, match.index + lead).split('\n').length;
    return { from: file, to: target(file, specifier), line, typesOnly: isTypesOnly(names), specifier };
  });
}

/** `import type {…}`, `export type {…}`, or braces that hold nothing but `type x`. */
function isTypesOnly(names: string): boolean {
  if (/^\s*type\b(?!\s*,)/.test(names)) return true;
  const inBraces = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1];
  if (inBraces === undefined) return false;
  return inBraces.split(',').every((name) => name.trim() === '' || /^type\s/.test(name.trim()));
}

function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(dirname(file), specifier);
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The first cycle found, as a closed walk of files, or null. Types count: a cycle of types is a cycle for the reader. */
export function findCycle(imports: readonly Import[]): string[] | null {
  const next = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const walk = (file: string, above: readonly string[]): string[] | null => {
    const seen = above.indexOf(file);
    if (seen !== -1) return [...above.slice(seen), file];
    if (done.has(file)) return null;
    for (const { to } of next.get(file) ?? []) {
      const cycle = walk(to, [...above, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of next.keys()) {
    const cycle = walk(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
