// Opens the store together with the key that signs it, and tells a first start from a data folder that lost its chain (threat F14).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { ledgerOf } from './checkpoint.ts';
import type { LedgerName } from './checkpoint.ts';
import { EMPTY_HEAD, readHead } from './head.ts';
import type { Head } from './head.ts';
import type { LedgerKey } from './key-change.ts';
import { keptKeys, ledgerId, signerInForce } from './key-files.ts';
import { plantTree } from './plant-tree.ts';
import { ensurePrivateFolder } from './private-file.ts';
import { sealedStore } from './sealed-store.ts';
import { checkManifests, openSegments } from './segments.ts';
import type { Segments } from './segments.ts';
import { draftSigner, DRAFT_KEY_FILE, keepSigner, KEY_FILE, loadSigner } from './signer.ts';
import type { Signer } from './signer.ts';
import { openStore } from './open-store.ts';
import { REPAIRED_FOLDER, storeCondition } from './store.ts';
import type { Store } from './store.ts';

export interface OpenedChain {
  /** Live and sealed entries together. */
  readonly store: Store;
  /** What is in LevelDB alone. */
  readonly level: Store;
  readonly segments: Segments;
  readonly signer: Signer;
  /** Its keys, first to last; empty while it has the first one. */
  readonly keys: readonly LedgerKey[];
  readonly head: Head;
  /** To be called once the first entry is on disk. */
  keepKey(): void;
}

/**
 * The crash order of a first start: the key is drafted under another name, the first entry is signed and synced, then the key gets its
 * lasting name. So a lasting key without entries means that entries are missing, and a draft without entries means nothing.
 * Throws STORE_CORRUPT, STORE_LOCKED, KEY_EXPOSED, RECORD_FAILED.
 */
export async function openChain(dataDir: string, segmentEntries?: number): Promise<OpenedChain> {
  ensurePrivateFolder(dataDir);
  const hasKey = existsSync(join(dataDir, KEY_FILE));
  const condition = storeCondition(dataDir);
  if (condition === 'damaged') throw corrupt(dataDir, 'data files are there but the file CURRENT is missing');
  if (condition === 'absent' && existsSync(join(dataDir, REPAIRED_FOLDER))) throw interrupted(dataDir);
  if (hasKey && condition === 'absent') throw corrupt(dataDir, `${KEY_FILE} is there but its chain is gone`);
  const level = await openStore(dataDir, { create: !hasKey });
  try {
    const segments = await openSegments(dataDir, segmentEntries);
    const store = sealedStore(level, segments);
    const signed = await withSigner(store, dataDir);
    const ledger = ledgerId(signed.keys, signed.signer);
    checkManifests(segments.list(), ledger, [...signed.keys.map(({ publicKey }) => publicKey), signed.signer.publicKey]);
    return { store, level, segments, ...signed };
  } catch (error) {
    await level.close();
    throw error;
  }
}

async function withSigner(store: Store, dataDir: string): Promise<Omit<OpenedChain, 'store' | 'level' | 'segments'>> {
  // Looked for again under the store's lock: another process may have finished its first start meanwhile.
  const keys = await keptKeys(store);
  const signer = signerInForce(dataDir, keys);
  if (signer !== null) {
    const name = { ledger: ledgerId(keys, signer), publicKey: signer.publicKey };
    const head = await wholeHead(store, signer, name);
    if (head === null) throw corrupt(dataDir, `${KEY_FILE} is there but the chain is empty`);
    return { signer, keys, head, keepKey: () => undefined };
  }
  const keepKey = (): void => keepSigner(dataDir);
  if (await isEmpty(store)) return { signer: draftSigner(dataDir), keys, head: EMPTY_HEAD, keepKey };
  const draft = loadSigner(dataDir, DRAFT_KEY_FILE);
  if (draft === null) throw corrupt(dataDir, `the chain is there but its key ${KEY_FILE} is gone`);
  return { signer: draft, keys, head: (await wholeHead(store, draft, ledgerOf(draft.publicKey))) ?? EMPTY_HEAD, keepKey };
}

async function wholeHead(store: Store, signer: Signer, name: LedgerName): Promise<Head | null> {
  await plantTree(store, signer, name);
  return readHead(store, name);
}

async function isEmpty(store: Store): Promise<boolean> {
  for await (const page of store.pages({ from: '', to: '\uffff', limit: 1 })) if (page.length > 0) return false;
  return true;
}

function interrupted(dataDir: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger in ${dataDir} was being repaired, and its last step is missing`, {
    hint: 'run `interlock ledger repair --yes` again: it puts what was built into its place',
  });
}

function corrupt(dataDir: string, why: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger in ${dataDir} is not whole: ${why}`, {
    hint: 'restore the data folder from a backup; to begin a new chain on purpose give an empty dataDir and keep the old folder',
  });
}
