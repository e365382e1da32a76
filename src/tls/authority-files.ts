// How the CA's files come to lie on disk and are read back: never half written, never wider than they may be.

import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InterlockError } from '../errors.ts';
import type { NewAuthority } from './authority-certificate.ts';

export interface AuthorityPaths {
  readonly certFile: string;
  readonly keyFile: string;
  readonly bundleFile: string;
}

const PRIVATE = 0o600;
/** Agents of other OS users read ca.pem by its path. */
const PUBLIC = 0o644;
const PUBLIC_FOLDER = 0o755;
/** How long another process may take between its key and its certificate. */
const PAIR_WAIT_MS = 1500;

export function authorityPaths(certsDir: string): AuthorityPaths {
  return {
    certFile: join(certsDir, 'ca.pem'),
    keyFile: join(certsDir, 'ca-key.pem'),
    bundleFile: join(certsDir, 'ca-bundle.pem'),
  };
}

/** Makes the folder when it is missing, readable to all whatever the umask says; one that is there is left as it is. */
export async function ensureFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: PUBLIC_FOLDER });
  if (made !== undefined) await chmod(folder, PUBLIC_FOLDER);
}

/**
 * Both texts, or null when neither file is there. A key alone may be another process's first run under way, so that is looked
 * at again for a moment. Throws CA_INVALID when one of the pair is missing, KEY_EXPOSED when others may read the key.
 */
export async function readPair(paths: AuthorityPaths): Promise<NewAuthority | null> {
  const deadline = Date.now() + PAIR_WAIT_MS;
  for (;;) {
    const keyPem = await readKey(paths.keyFile);
    const certPem = await readOptional(paths.certFile);
    if (keyPem !== null && certPem !== null) return { keyPem, certPem };
    if (keyPem === null && certPem === null) return null;
    // The key is put in place first, so a certificate alone is nobody's first run.
    if (keyPem === null || Date.now() >= deadline) {
      const [missing, present] = keyPem === null ? [paths.keyFile, paths.certFile] : [paths.certFile, paths.keyFile];
      throw new InterlockError(
        'CA_INVALID',
        `${missing} is missing, but ${present} is there: restore it, or remove ${present} to have a new CA made (agents must then trust the new one)`,
      );
    }
    await sleep(25);
  }
}

/**
 * Puts the pair in place unless another process was first: false, and then nothing of ours is left. The link of the finished
 * key is what decides, because it fails when the name exists; a rename would replace the other's key under its certificate.
 * A crash before the link leaves only a temporary file of mode 0600; one after it leaves a key without certificate, which the
 * next start tells of.
 */
export async function writePair(paths: AuthorityPaths, made: NewAuthority): Promise<boolean> {
  const temporaryKey = await writeTemporary(paths.keyFile, made.keyPem, PRIVATE);
  try {
    await link(temporaryKey, paths.keyFile);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(temporaryKey, { force: true });
  }
  await replaceFile(paths.certFile, made.certPem);
  return true;
}

/** Replaces a public file in one step; does nothing when it already says the same. */
export async function replaceFile(file: string, text: string): Promise<void> {
  if ((await readOptional(file)) === text) return;
  const temporary = await writeTemporary(file, text, PUBLIC);
  await rename(temporary, file);
  await syncFolder(dirname(file));
}

async function readKey(file: string): Promise<string | null> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (handle === null) return null;
  await using opened = handle;
  const { mode } = await opened.stat();
  // INVARIANT: a key that others may read signs nothing (E8). Windows has no such bits.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, '0');
    throw new InterlockError(
      'KEY_EXPOSED',
      `${file} is open to other users (mode ${shown}), and whoever reads it can imitate every site: run chmod 600 ${file}, and if an agent may have read it, remove it together with ca.pem to have a new CA made`,
    );
  }
  return opened.readFile('latin1');
}

/** A new file (O_EXCL) with its final mode from the first moment on, synced. */
async function writeTemporary(beside: string, text: string, mode: number): Promise<string> {
  const temporary = `${beside}.${randomBytes(8).toString('hex')}.tmp`;
  await using handle = await open(temporary, 'wx', mode);
  await handle.chmod(mode); // the umask may have taken bits away
  await handle.writeFile(text);
  await handle.sync();
  return temporary;
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(folder, 'r');
  await handle.sync();
}

async function readOptional(file: string): Promise<string | null> {
  return readFile(file, 'latin1').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
