// How the reader of an example has to call this command.

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `interlock` when it is installed; in a checkout its path, relative where that is shorter to type: `bin/interlock`. */
export function commandName(cwd: string): string {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (!existsSync(join(root, 'src/main.ts'))) return 'interlock';
  const program = join(root, 'bin/interlock');
  const near = relative(cwd, program);
  return near.startsWith('..') ? program : near;
}
