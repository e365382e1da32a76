// Bodies of waiting requests, kept encrypted beside their tickets for as long as these are open. Never headers, never credentials.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { ensurePrivateFolder, readPrivateFile, writePrivateFile } from '../record/private-file.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { isTicketId } from './ticket-id.ts';

export interface HeldBodies {
  /** Throws BODY_TOO_LARGE when this body or all of them together pass their bound. A body kept before is replaced. */
  keepBody(ticket: string, bytes: Buffer): Promise<void>;
  /** Null when none is kept. Throws STORE_CORRUPT when the file was changed. */
  readBody(ticket: string): Promise<Buffer | null>;
  /** Also when there is none. */
  dropBody(ticket: string): Promise<void>;
  /** Deletes whatever belongs to no open ticket: left behind by a crash. */
  sweep(openTickets: ReadonlySet<string>): Promise<void>;
}

interface HeldBodyOptions {
  readonly dataDir: string;
  readonly maxBytes?: number;
  readonly maxTotalBytes?: number;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Layout of a file: this byte, nonce, tag, cipher text. */
const FORMAT = Buffer.from([1]);

/** Opens `dataDir/held`, with its key in `dataDir/held.key`. Throws KEY_EXPOSED when others could read the key. */
export async function openHeldBodies({
  dataDir,
  maxBytes = 8 << 20,
  maxTotalBytes = 256 << 20,
}: HeldBodyOptions): Promise<HeldBodies> {
  const folder = join(dataDir, 'held');
  ensurePrivateFolder(folder);
  const key = loadKey(join(dataDir, 'held.key'));
  const sizes = await sizesIn(folder);
  let total = sizes.values().reduce((sum, size) => sum + size, 0);
  const setSize = (ticket: string, bytes: number | null): void => {
    total += (bytes ?? 0) - (sizes.get(ticket) ?? 0);
    if (bytes === null) sizes.delete(ticket);
    else sizes.set(ticket, bytes);
  };
  const fileOf = (ticket: string): string => {
    // The id becomes a file name: nothing but its exact shape may.
    if (!isTicketId(ticket)) throw new InterlockError('TICKET_UNKNOWN', 'there is no such ticket');
    return join(folder, ticket);
  };
  // INVARIANT: what is dropped while it is being written is gone afterwards: a ticket can end before its body is on disk.
  const lock = createKeyedLock();
  const keep = async (ticket: string, bytes: Buffer): Promise<void> => {
    const file = fileOf(ticket);
    const others = total - (sizes.get(ticket) ?? 0);
    if (bytes.length > maxBytes || others + bytes.length > maxTotalBytes) {
      throw new InterlockError(
        'BODY_TOO_LARGE',
        `a waiting body of ${bytes.length} bytes can't be kept: at most ${maxBytes} each and ${maxTotalBytes} in all`,
      );
    }
    setSize(ticket, bytes.length);
    await writeWhole(file, seal(key, ticket, bytes));
  };
  const drop = async (ticket: string): Promise<void> => {
    setSize(ticket, null);
    await rm(fileOf(ticket), { force: true });
  };
  return {
    keepBody: (ticket, bytes) => lock(ticket, () => keep(ticket, bytes)),
    async readBody(ticket) {
      const sealed = await readFile(fileOf(ticket)).catch(() => null);
      return sealed === null ? null : unseal(key, ticket, sealed);
    },
    dropBody: (ticket) => lock(ticket, () => drop(ticket)),
    async sweep(openTickets) {
      for (const name of await readdir(folder)) {
        if (openTickets.has(name)) continue;
        setSize(name, null);
        await rm(join(folder, name), { force: true });
      }
    },
  };
}

/** The ticket's id is authenticated with the bytes: one ticket's body can't be laid under another. */
function seal(key: Buffer, ticket: string, bytes: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(ticket));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([FORMAT, nonce, cipher.getAuthTag(), sealed]);
}

function unseal(key: Buffer, ticket: string, sealed: Buffer): Buffer {
  try {
    if (sealed[0] !== FORMAT[0]) throw new Error('unknown format');
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(ticket))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new InterlockError('STORE_CORRUPT', `the body kept for ticket ${ticket} can't be read: it was changed or cut`, {
      cause,
    });
  }
}

function loadKey(file: string): Buffer {
  const kept = readPrivateFile(file);
  if (kept === null) {
    const key = randomBytes(KEY_BYTES);
    writePrivateFile(file, key);
    return key;
  }
  if (kept.length !== KEY_BYTES)
    throw new InterlockError('STORE_CORRUPT', `${file} is not a key: delete it; bodies kept so far are lost, their tickets stay`);
  return kept;
}

/** Whole or not at all: a crash leaves the file of before, and a stray `.part` that the next sweep takes. */
async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  const part = `${file}.${randomBytes(6).toString('hex')}.part`;
  const handle = await open(part, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
}

async function sizesIn(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of await readdir(folder)) sizes.set(name, (await stat(join(folder, name))).size);
  return sizes;
}
