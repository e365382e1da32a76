// How the reader of an example has to call this command.

import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Terminal } from './cli.ts';

/**
 * `interlock` when it is installed; in a checkout its path, relative where that is shorter to type: `bin/interlock`. With `--config`
 * when the same terminal would not find `configFile` by itself (null: there is none).
 */
export function commandName({ cwd, env }: Pick<Terminal, 'cwd' | 'env'>, configFile: string | null): string {
  const found = resolve(cwd, env['INTERLOCK_CONFIG'] || 'interlock.yaml');
  const config = configFile === null || configFile === found ? '' : ` --config ${shellWord(near(cwd, configFile))}`;
  return `${programName(cwd)}${config}`;
}

function programName(cwd: string): string {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  return existsSync(join(root, 'src/main.ts')) ? shellWord(near(cwd, join(root, 'bin/interlock'))) : 'interlock';
}

function near(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return path.startsWith('..') ? file : path;
}

function shellWord(path: string): string {
  return /^[\w./+:@-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
