// Which keys a damaged ledger had, from all that still tells of them: the list beside the entries, the changes among them, the key files, the head.

import { InterlockError } from '../errors.ts';
import { checkSigned, parseCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { holdsChange, isKey } from './key-change.ts';
import type { LedgerKey } from './key-change.ts';
import { keptKeys } from './key-files.ts';
import { KEY_LOST } from './lost-keys.ts';
import type { LostKeyChange } from './lost-keys.ts';
import type { Salvage } from './salvage.ts';
import { DRAFT_KEY_FILE, keyIdOf, loadSigner } from './signer.ts';
import type { Signer } from './signer.ts';
import { HEAD_KEY } from './store-keys.ts';

/** A change of keys that is still among the entries. */
export interface SeenChange {
  readonly entry: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The last lost entry before it, if there is one. */
  readonly lostBefore: number | null;
}

export interface SignedHead {
  readonly note: string;
  readonly checkpoint: Checkpoint;
  /** Those of the key files that signed it. None: only its name is of use. */
  readonly by: readonly Signer[];
}

export interface FoundKeys {
  /** The key in force. */
  readonly signer: Signer;
  /** Key id of the first key. */
  readonly ledger: string;
  /** All, first to last. */
  readonly keys: readonly LedgerKey[];
  /** Changes that are no longer among the entries. */
  readonly lost: readonly LostKeyChange[];
  /** A signature leads from the first key to the one in force. False: nothing but the key file says that it is this ledger's. */
  readonly proven: boolean;
}

/** Both may be there after a crash; which of them is in force may be what was lost. Throws KEY_EXPOSED, STORE_CORRUPT. */
export function keyFiles(dataDir: string): readonly Signer[] {
  return [loadSigner(dataDir), loadSigner(dataDir, DRAFT_KEY_FILE)].filter((one) => one !== null);
}

/** Null: there is none. */
export async function signedHeadOf(salvage: Salvage, files: readonly Signer[]): Promise<SignedHead | null> {
  const note = await salvage.get(HEAD_KEY);
  try {
    const parsed = parseCheckpoint(note ?? '');
    const by = files.filter(({ publicKey }) => holds(() => checkSigned(parsed, publicKey)));
    return { note: note ?? '', checkpoint: parsed.checkpoint, by };
  } catch {
    return null;
  }
}

/** Null: the key in force is gone. `last`: the last entry that there is. */
export async function findKeys(
  salvage: Salvage,
  files: readonly Signer[],
  found: { readonly head: SignedHead | null; readonly changes: readonly SeenChange[]; readonly last: number },
): Promise<FoundKeys | null> {
  const { head, changes, last } = found;
  const keys = await listOf(salvage, changes);
  const signer = signerOf(files, keys, head);
  if (signer === undefined) return null;
  if (keys.length > 0 && keys.at(-1)?.publicKey !== signer.publicKey) keys.push({ publicKey: signer.publicKey, from: last });
  const ledger = head?.checkpoint.ledger ?? keyIdOf(keys[0]?.publicKey ?? signer.publicKey);
  if (keys.length === 0 && ledger !== signer.keyId) keys.push({ publicKey: signer.publicKey, from: last });
  if (keys.length > 0 && keyIdOf(keys[0]?.publicKey ?? '') !== ledger) keys.unshift({ publicKey: KEY_LOST, from: 0, id: ledger });
  const told = new Set(changes.map(({ body }) => body['publicKey']));
  const lost = keys.flatMap(({ publicKey, from, change }, i): LostKeyChange[] => {
    if (i === 0 || told.has(publicKey)) return [];
    const { previousSignature, signature } = change ?? { previousSignature: '', signature: '' };
    return [{ entry: from, previousKey: keys[i - 1]?.publicKey ?? KEY_LOST, publicKey, previousSignature, signature }];
  });
  const signs = head?.by.includes(signer) === true && lost.every((change) => isProven(ledger, change));
  return { signer, ledger, keys, lost, proven: signs || (head !== null && keys.length > 0 && leads(ledger, keys)) };
}

function isProven(ledger: string, change: LostKeyChange): boolean {
  return change.previousKey !== KEY_LOST && holdsChange(ledger, change);
}

/** Those that are known before any entry is read: the list beside the entries, and the key files. Raw, base64. */
export async function knownKeys(salvage: Salvage, files: readonly Signer[]): Promise<string[]> {
  const listed = await keptKeys(salvage).catch(unread);
  return [...listed, ...files].map(({ publicKey }) => publicKey);
}

/** From the first key, which is that of the head's name or not known, change by change. */
function leads(ledger: string, keys: readonly LedgerKey[]): boolean {
  return keys.every(({ publicKey, change }, i) => {
    if (i === 0) return true;
    const previousKey = keys[i - 1]?.publicKey ?? KEY_LOST;
    return change !== undefined && isProven(ledger, { ...change, entry: 0, previousKey, publicKey });
  });
}

/** The list beside the entries, with the changes that it does not know; empty: the ledger has the key that it began with, or nothing tells. */
async function listOf(salvage: Salvage, changes: readonly SeenChange[]): Promise<LedgerKey[]> {
  const keys = [...(await keptKeys(salvage).catch(unread))];
  for (const { entry, body, lostBefore } of changes) {
    const { publicKey, previousKey, previousSignature, signature } = body;
    if (!isKey(publicKey) || !isKey(previousKey) || keys.some((key) => key.publicKey === publicKey)) continue;
    if (!keys.some((key) => key.publicKey === previousKey))
      keys.push({ publicKey: previousKey, from: keys.length === 0 && lostBefore === null ? 0 : (lostBefore ?? entry) });
    keys.push({ publicKey, from: entry, change: { previousSignature: String(previousSignature), signature: String(signature) } });
  }
  return keys.toSorted((a, b) => a.from - b.from);
}

function unread(error: unknown): readonly LedgerKey[] {
  if (error instanceof InterlockError && error.code === 'STORE_CORRUPT') return [];
  throw error;
}

/** What signed a head behind the last change that is known is newer than what is known. */
function signerOf(files: readonly Signer[], keys: readonly LedgerKey[], head: SignedHead | null): Signer | undefined {
  const known = keys.at(-1);
  const ofKnown = files.find(({ publicKey }) => publicKey === known?.publicKey);
  const ofHead = head?.by.at(-1);
  const headIsNewer = known === undefined || (head?.checkpoint.size ?? 0) > known.from + 1;
  return (headIsNewer ? ofHead : undefined) ?? ofKnown ?? ofHead ?? files[0];
}

function holds(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
