// Seals the oldest entries behind the chain: into a segment's files first, then out of LevelDB.
//
// What a crash leaves at each step: before the manifest has its name, the entries are in LevelDB alone and what is written is written
// anew; behind it they are in the segment, and the next start deletes what is left of their keys. So they are always somewhere.

import { InterlockError } from '../errors.ts';
import type { Head } from './head.ts';
import { pauses } from './pace.ts';
import { writeSegment } from './segment-writer.ts';
import { segmentPath, writeWhole } from './segment-files.ts';
import { manifestText } from './segment-manifest.ts';
import type { SegmentManifest } from './segment-manifest.ts';
import type { KeyStep, SealedKeys } from './sealed-keys.ts';
import type { Segments } from './segments.ts';
import type { Signer } from './signer.ts';
import { treeKey } from './store-keys.ts';
import type { Store, StoreView } from './store.ts';
import { treeReader, treeSource } from './tree-reader.ts';

export interface SealOptions {
  readonly dataDir: string;
  readonly segments: Segments;
  /** LevelDB itself, without what is sealed. */
  readonly level: StoreView;
  /** Both together; all writing goes through it. */
  readonly store: Store;
  readonly signer: () => Signer;
  /** Key id of the key that the ledger began with. */
  readonly ledger: string;
  readonly head: () => Head;
  readonly keys: Pick<SealedKeys, 'drop'>;
  /** Entries that stay in LevelDB at least. */
  readonly keepLive: number;
  /** Told before each step that a crash could follow. */
  readonly onStep?: (step: SealStep) => void;
  /** Ends the work between two slices. */
  readonly signal?: AbortSignal;
}

export type SealStep = 'begun' | 'files' | 'manifest' | KeyStep;

/** Segments' worth of entries that wait to be sealed from which on no time is lost between two slices. */
const BEHIND = 2;

/** The first entry of the next segment, or null while too few entries are behind it. */
export function nextToSeal({ segments, head, keepLive }: Pick<SealOptions, 'segments' | 'head' | 'keepLive'>): number | null {
  const { end, width } = segments;
  return end + width + keepLive <= head().size ? end : null;
}

/** The chain grows faster than segments are made of it: pauses would let it run away. */
function isBehind({ segments, head, keepLive }: SealOptions): boolean {
  return segments.end + BEHIND * segments.width + keepLive <= head().size;
}

/** Seals one segment. Throws STORE_CORRUPT when its entries do not hold, RECORD_FAILED and what the file system throws. */
export async function sealNext(options: SealOptions, first: number): Promise<SegmentManifest> {
  const { dataDir, segments, level, store, keys, ledger, onStep = () => undefined } = options;
  const entries = segments.width;
  const pause = pauses(options.signal, () => isBehind(options));
  // INVARIANT: only what is synced. After a power cut LevelDB must never hold fewer entries than the segments. Plain reads alone sync nothing.
  if (options.head().synced < first + entries) await store.write([], true);
  onStep('begun');
  const written = await writeSegment({ dataDir, store: level, first, entries, pause });
  const height = Math.log2(entries);
  const kept = await level.get(treeKey(height, first / entries));
  // What does not stand under the signed root stays where it is: it is evidence.
  if (kept !== written.node) throw unsound(first, entries);
  onStep('files');
  const { size, note: checkpoint } = options.head();
  const path = await treeReader(treeSource(store)).inclusion(first, size, entries);
  const manifest: SegmentManifest = { ledger, ...written, path, checkpoint };
  const note = manifestText(manifest, options.signer());
  await writeWhole(segmentPath(dataDir, first, 'manifest'), (file) => file.writeFile(note));
  onStep('manifest');
  segments.add({ manifest, note, gone: false });
  await keys.drop(pause);
  return manifest;
}

function unsound(first: number, entries: number): InterlockError {
  return new InterlockError(
    'STORE_CORRUPT',
    `entries ${first} to ${first + entries - 1} are not sealed: they do not make the node that the tree has over them`,
    { hint: 'run `interlock ledger verify`' },
  );
}
