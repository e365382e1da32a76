// How a finding's file is named to those who read it.

import { join, relative, sep } from 'node:path';

/** From where the command was started, with `/` between folders, as CI systems want it; a file elsewhere by its whole path. */
export function reportedPath({ cwd, directory }: { readonly cwd: string; readonly directory: string }, file: string): string {
  const path = join(directory, file);
  const from = relative(cwd, path);
  const shown = from.startsWith('..') ? path : from;
  return (shown === '' ? '.' : shown).split(sep).join('/');
}
