// A file of a folder that is watched: whole from the first look on, however slow the machine is between its making and its filling.

import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export async function putFile(path: string, text: string): Promise<void> {
  const aside = join(dirname(path), '..', `${basename(path)}.aside`);
  await writeFile(aside, text);
  await rename(aside, path);
}
