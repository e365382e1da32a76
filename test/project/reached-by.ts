// Which source files a test reaches through its imports. Imports of types run nothing and do not count.

import { importsIn } from '../../scripts/imports.ts';
import { textOf } from './tree.ts';

/** Every source file that some test of its own room runs: `src/approve/book.ts` through a test in `test/approve`. */
export function reachedInTheirRoom(files: readonly string[]): Set<string> {
  const known = new Set(files);
  const next = new Map<string, string[]>();
  const importsOf = (file: string): string[] => {
    const found =
      next.get(file) ?? importsIn(file, textOf(file)).flatMap(({ to, typesOnly }) => (!typesOnly && known.has(to) ? [to] : []));
    next.set(file, found);
    return found;
  };
  const tests = files.filter((file) => /^test\/.*\.test\.ts$/.test(file));
  const reached = tests.flatMap((test) =>
    [...closure(test, importsOf)].filter((file) => roomOf(file) === roomOf(test) && file.startsWith('src/')),
  );
  return new Set(reached);
}

function closure(start: string, importsOf: (file: string) => readonly string[]): Set<string> {
  const seen = new Set([start]);
  for (const file of seen) for (const to of importsOf(file)) seen.add(to);
  return seen;
}

/** `record` for src/record/store.ts and test/record/store.test.ts, `.` for what stands at the top. */
function roomOf(file: string): string {
  const [, room = '', ...rest] = file.split('/');
  return rest.length === 0 ? '.' : room;
}
