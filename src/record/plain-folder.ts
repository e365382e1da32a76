// A store's folder holds plain files and nothing else.

import { lstatSync, readdirSync } from 'node:fs';
import { InterlockError } from '../errors.ts';

/**
 * Neither Interlock nor LevelDB ever makes a link here, and LevelDB writes through one: a backup put back, or whoever could write here once,
 * would choose the files. And a folder that is one itself can't be replaced in one step by a repair. Throws STORE_CORRUPT.
 */
export function refuseLinks(folder: string): void {
  const foreign = lstatSync(folder).isSymbolicLink()
    ? folder
    : readdirSync(folder, { withFileTypes: true }).find((entry) => !entry.isFile())?.name;
  if (foreign === undefined) return;
  throw new InterlockError(
    'STORE_CORRUPT',
    `the ledger in ${folder} is not made of plain files: ${foreign} is a link, or no file`,
    {
      hint: 'put the file itself into its place; to keep the ledger elsewhere move the whole data folder and name it in `dataDir`',
    },
  );
}
