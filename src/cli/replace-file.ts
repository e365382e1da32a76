// Writes a file so that a reader sees the old text or the new one, never half of it: a gateway may be watching the folder.

import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The file must be there; its mode is kept, and a link stays a link. Names that start with a dot are no part of a bundle. */
export function replaceFile(path: string, text: string): void {
  const file = realpathSync(path);
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
  try {
    writeFileSync(beside, text, { flag: 'wx', mode: statSync(file).mode });
    renameSync(beside, file);
  } catch (thrown) {
    rmSync(beside, { force: true });
    throw thrown;
  }
}
