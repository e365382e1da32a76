// Lets go of sealed segments when the rules say so: what they choose, on record, then file by file.

import type { Holds } from './holds.ts';
import { holdOver } from './holds.ts';
import type { StateChange } from './ledger.ts';
import { pauses } from './pace.ts';
import { chooseDropped, dropSegment, retentionBody, sizedSegments } from './retention.ts';
import type { DropOptions, RetentionRules } from './retention.ts';
import { firstsOf, removeParts } from './segment-files.ts';
import type { Segments } from './segments.ts';
import type { RetentionBody } from './storage-body.ts';
import { stateKey } from './store-keys.ts';
import type { Store } from './store.ts';
import { treeReader, treeSource } from './tree-reader.ts';

export interface RetainerOptions {
  readonly dataDir: string;
  readonly segments: Segments;
  readonly store: Store;
  readonly rules: RetentionRules;
  readonly holds: Pick<Holds, 'list'>;
  /** Null: it is not to be relied on. */
  readonly trustedNow: () => number | null;
  /** Puts it on record, synced, in one batch with the state. */
  readonly record: (body: RetentionBody, state: readonly StateChange[]) => Promise<void>;
  /** Told before each step that a crash could follow. */
  readonly onStep?: (step: RetainStep) => void;
  readonly signal?: AbortSignal;
}

type LeftOptions = Pick<RetainerOptions, 'dataDir' | 'segments' | 'store' | 'holds'>;

export type RetainStep = 'recorded' | 'dropped';

/** Beside the chain: first sequences of all segments whose drop is on record. */
const RECORDED = 'retention';

/**
 * Returns how many segments were dropped. A crash leaves an entry that tells of segments which are still there; the next time they go.
 * Nothing else may change the segments or the holds meanwhile. Throws STORE_CORRUPT, RECORD_FAILED.
 */
export async function retain(options: RetainerOptions): Promise<number> {
  const { dataDir, segments, store, rules, trustedNow, record, onStep = () => undefined } = options;
  const holds = await options.holds.list();
  const recorded = new Set(await recordedDrops(store));
  const pace = pauses(options.signal);
  const tree = treeReader(treeSource(store));
  const height = Math.log2(segments.width);
  const pathOf: DropOptions['pathOf'] = async (sequence) => (await tree.inclusion(sequence, segments.end)).slice(0, height);
  let dropped = 0;
  await removeLeftValues(options);
  const finish = async (): Promise<void> => {
    for (const segment of segments.list()) {
      const { first, entries } = segment.manifest;
      // A hold that was put on it since, before a crash was finished, counts.
      if (segment.gone || !recorded.has(first) || holdOver(holds, first, first + entries - 1) !== undefined) continue;
      await dropSegment(segment, { dataDir, segments, pathOf, pace });
      dropped += 1;
      onStep('dropped');
    }
  };
  await finish();
  for (;;) {
    const chosen = chooseDropped(await sizedSegments(dataDir, segments.list()), rules, holds, trustedNow());
    if (chosen === null) return dropped;
    const body = await retentionBody(chosen, segments, pace);
    for (const { from } of body.dropped) recorded.add(from);
    await record(body, [{ put: RECORDED, value: JSON.stringify([...recorded]) }]);
    onStep('recorded');
    await finish();
  }
}

/**
 * INVARIANT: what was let go is in no file. A drop that was killed between the two files of a segment left its hidden values: its entries are
 * gone and tell nobody of the rest. Nothing else may change the segments or the holds meanwhile. Throws STORE_CORRUPT.
 */
export async function removeLeftValues({ dataDir, segments, store, holds }: LeftOptions): Promise<void> {
  const withValues = new Set(await firstsOf(dataDir, 'values'));
  const left = segments.list().filter(({ gone, manifest }) => gone && withValues.has(manifest.first));
  if (left.length === 0) return;
  const recorded = new Set(await recordedDrops(store));
  const held = await holds.list();
  for (const { manifest } of left) {
    const { first, entries } = manifest;
    if (!recorded.has(first) || holdOver(held, first, first + entries - 1) !== undefined) continue;
    await removeParts(dataDir, first, ['values']);
  }
}

async function recordedDrops(store: Store): Promise<number[]> {
  const found: unknown = JSON.parse((await store.get(stateKey(RECORDED))) ?? '[]');
  return Array.isArray(found) ? found.filter((one) => typeof one === 'number') : [];
}

/** More than this between the clock and the time that really went by is a clock that was set. */
const MOST_DRIFT_MS = 3_600_000;

/** Null from when the clock has once gone another way than time: a clock that jumps to next year must not cost a year of entries. */
export function trustedClock(clock: () => number, onDistrust: () => void): () => number | null {
  const offset = clock() - performance.now();
  let told = false;
  return () => {
    const now = clock();
    if (!told && Math.abs(now - performance.now() - offset) <= MOST_DRIFT_MS) return now;
    if (!told) onDistrust();
    told = true;
    return null;
  };
}
