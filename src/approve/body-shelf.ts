// Bodies of held exchanges, on disk for as long as people think: a file an exchange, readable by this process alone.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import type { BodyShelf, ShelvedBytes } from '../http/parkable-body.ts';
import { ensurePrivateFolder } from '../record/private-file.ts';
import { createKeyedLock } from './keyed-lock.ts';

interface BodyShelfOptions {
  readonly dataDir: string;
  /** Of all that waits. */
  readonly maxTotalBytes?: number;
  /** Told when the disk fails: the agent hears that its request is not held, and the operator must hear why. */
  readonly onFailure: (cause: unknown) => void;
}

const NAME = /^[\w-]{1,64}$/;

/** What it takes to know the bytes again, and nothing of it is on disk: whoever can write there can't lay others under it. */
interface Seal {
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly bytes: number;
}

/**
 * Opens `dataDir/parked` and empties it: an exchange ends with its process, and so does the key. Needs the data folder's lock. A ticket's own
 * body, which people look at and which outlives a restart, is elsewhere (held-body.ts).
 */
export async function openBodyShelf({ dataDir, maxTotalBytes = 1 << 30, onFailure }: BodyShelfOptions): Promise<BodyShelf> {
  const folder = join(dataDir, 'parked');
  ensurePrivateFolder(folder);
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  const key = randomBytes(32);
  // One at a time: sealed and opened bytes are a second copy, in memory that no budget counts.
  const lock = createKeyedLock();
  let total = 0;
  const shelved = (file: string, seal: Seal): ShelvedBytes => {
    let there = true;
    return {
      take: () => lock('', () => take(file, key, seal)),
      async drop() {
        if (!there) return;
        there = false;
        total -= seal.bytes;
        await rm(file, { force: true }).catch(onFailure);
      },
    };
  };
  return {
    async put(name, pieces) {
      // The id becomes a file name: nothing but its exact shape may.
      if (!NAME.test(name)) throw new InterlockError('INTERNAL', 'not the id of an exchange');
      const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
      if (total + bytes > maxTotalBytes) throw unkept('there is no room for another body that waits');
      total += bytes;
      const file = join(folder, name);
      try {
        return shelved(file, await lock('', () => put(file, key, pieces)));
      } catch (cause) {
        total -= bytes;
        onFailure(cause);
        await rm(file, { force: true }).catch(() => undefined);
        throw unkept('its body can not be put on disk for as long', cause);
      }
    },
  };
}

async function put(file: string, key: Buffer, pieces: readonly Buffer[]): Promise<Seal> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const handle = await open(file, 'wx', 0o600);
  try {
    // Not synced: what a crash takes is of no use after it.
    for (const piece of pieces) await handle.writeFile(cipher.update(piece));
    await handle.writeFile(cipher.final());
  } finally {
    await handle.close();
  }
  return { nonce, tag: cipher.getAuthTag(), bytes: pieces.reduce((sum, piece) => sum + piece.length, 0) };
}

/** INVARIANT: what comes back is what was judged, to the bit: the tag is over it, and was never out of this process (judge what is sent). */
async function take(file: string, key: Buffer, { nonce, tag, bytes }: Seal): Promise<Buffer> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = await handle.stat();
      if (size !== bytes) throw new Error(`it has ${size} bytes and not ${bytes}`); // before a file of any size is read
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(tag);
      return Buffer.concat([decipher.update(await handle.readFile()), decipher.final()]);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new InterlockError(
      'BODY_LOST',
      'the body of this request was changed or lost on disk while it waited, so it is not sent: ask again',
      { cause },
    );
  }
}

function unkept(why: string, cause?: unknown): InterlockError {
  return new InterlockError('BODY_UNKEPT', why, { cause });
}
