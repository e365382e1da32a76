// Puts a file's bytes, or a folder's names, on disk.

import { open } from 'node:fs/promises';

/** A name that was made, taken away or renamed is on disk once its folder is. Throws what the system says. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
