// Files that only the gateway's own user may read: keys and secrets of the data folder (threats E8, F5).

import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { InterlockError } from '../errors.ts';

/**
 * Content of a file that must be readable by its owner alone; null when there is none.
 * Throws KEY_EXPOSED when group or others have any right on it, or when it is not a plain file.
 */
export function readPrivateFile(path: string): Buffer | null {
  const fd = openExisting(path);
  if (fd === null) return null;
  try {
    // Checked on the open descriptor, so that the file judged is the file read.
    const stat = fstatSync(fd);
    if (!stat.isFile() || (stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8);
      throw new InterlockError('KEY_EXPOSED', `${path} has mode ${mode}, expected 600: others on this machine may have read it`, {
        hint: 'if nobody else could have read it run chmod 600 on it, otherwise replace it',
      });
    }
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Creates a file with mode 0600 and puts it on disk before it gets its name: it is there whole or not at all. */
export function writePrivateFile(path: string, content: string | Buffer): void {
  const draft = `${path}.draft`;
  const fd = openSync(draft, constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY | constants.O_NOFOLLOW, 0o600);
  try {
    // A draft left by a crash, or the umask, may have given it another mode.
    fchmodSync(fd, 0o600);
    writeFileSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameDurably(draft, path);
}

/** A rename that survives a power cut. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  const fd = openSync(dirname(to), constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes the folder with mode 0700, or narrows one that we own (a mounted volume comes as 0755).
 * Throws KEY_EXPOSED when others may look into it and that can't be changed.
 */
export function ensurePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if ((statSync(path).mode & 0o077) === 0) return;
  try {
    chmodSync(path, 0o700);
  } catch (cause) {
    throw new InterlockError('KEY_EXPOSED', `others on this machine may look into the folder ${path}, expected mode 700`, {
      cause,
      hint: `run chmod 700 ${path} as its owner`,
    });
  }
}

function openExisting(path: string): number | null {
  try {
    // Not through a link: whoever may plant one would choose our key.
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new InterlockError('KEY_EXPOSED', `${path} can't be read as a plain file`, { cause: error });
  }
}
