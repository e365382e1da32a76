// Seals segments anew that were damaged: beside the old ones first, and into their places with the store that a repair built.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head } from './head.ts';
import { pauses } from './pace.ts';
import { ensurePrivateFolder, renameDurably } from './private-file.ts';
import type { SealedSalvage } from './sealed-salvage.ts';
import { sealedKeys } from './sealed-keys.ts';
import { segmentFolder, segmentPath, writeWhole } from './segment-files.ts';
import { manifestText } from './segment-manifest.ts';
import { writeSegment } from './segment-writer.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';
import { syncPath } from './sync-path.ts';
import { treeReader, treeSource } from './tree-reader.ts';

/** Holds a folder of segments that have not taken their places yet. */
export const RESEALED_FOLDER = 'ledger-resealed';

export interface ResealOptions {
  readonly dataDir: string;
  /** The repaired one. It has all entries of these segments. */
  readonly store: Store;
  readonly head: Head;
  /** Key id of the key that the ledger began with. */
  readonly ledger: string;
  readonly signer: Signer;
  readonly sealed: Pick<SealedSalvage, 'end' | 'width'>;
  /** First entries of the segments. */
  readonly firsts: ReadonlySet<number>;
}

/** Writes them, on disk when this resolves, and takes their entries out of the store. Throws STORE_CORRUPT and what the file system throws. */
export async function resealSegments(options: ResealOptions): Promise<void> {
  const { dataDir, store, head, ledger, signer, sealed, firsts } = options;
  if (firsts.size === 0) return;
  const folder = join(dataDir, RESEALED_FOLDER);
  ensurePrivateFolder(folder);
  ensurePrivateFolder(segmentFolder(folder));
  const tree = treeReader(treeSource(store));
  const { width: entries } = sealed;
  for (const first of firsts) {
    const written = await writeSegment({ dataDir: folder, store, first, entries, pause: pauses() });
    const path = await tree.inclusion(first, head.size, entries);
    const note = manifestText({ ledger, ...written, path, checkpoint: head.note }, signer);
    await writeWhole(segmentPath(folder, first, 'manifest'), (file) => file.writeFile(note));
  }
  const keys = sealedKeys({ segments: sealed, level: store, store });
  await keys.drop(pauses());
  await keys.compact();
  await syncPath(folder);
  await syncPath(dataDir);
}

/**
 * Each file into its place, the one before it into `kept`. After a crash the same again goes on where it stopped: as long as the new one is
 * here, what stands in its place is the old one.
 */
export async function placeSegments(dataDir: string, kept: string): Promise<void> {
  const folder = join(dataDir, RESEALED_FOLDER);
  const from = segmentFolder(folder);
  const names = existsSync(from) ? readdirSync(from) : [];
  const aside = segmentFolder(join(dataDir, kept));
  if (names.length > 0) mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const place = join(segmentFolder(dataDir), name);
    if (existsSync(place)) renameDurably(place, join(aside, name));
    renameDurably(join(from, name), place);
  }
  await rm(folder, { recursive: true, force: true });
}
