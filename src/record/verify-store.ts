// Verifies the chain in a store, or in a data folder whose ledger does not open.

import { openStore } from './open-store.ts';
import { storeCondition } from './store.ts';
import type { Pair, Store, StoreView } from './store.ts';
import { InterlockError } from '../errors.ts';
import { KEPT_HEIGHT } from './merkle.ts';
import type { SealedPart } from './dropped-part.ts';
import { sealedStore } from './sealed-store.ts';
import { readKept } from './kept-entries.ts';
import { openSegments } from './segments.ts';
import type { PlainFrame, Segment, Segments } from './segments.ts';
import { DRAFT_KEY_FILE, loadSigner } from './signer.ts';
import { ENTRIES_END, ENTRY_PREFIX, entryKey, HEAD_KEY, hiddenKey, treeKey } from './store-keys.ts';
import type { Resumed } from './resumed-walk.ts';
import { treeReader, treeSource } from './tree-reader.ts';
import { verifyChain } from './verify.ts';
import type { VerifyChainOptions } from './verify.ts';
import type { VerifyReport } from './verify-report.ts';
import { readWalkState } from './walk-state.ts';
import type { WalkState } from './walk-state-form.ts';

const NODES_AHEAD = 512;

/** Verifies what is written at the call, on a view of its own, so a running ledger goes on meanwhile. */
export async function verifyStore(
  store: Store,
  publicKey: string,
  options: VerifyChainOptions,
  archived?: { readonly dataDir: string; readonly segments: Segments },
): Promise<VerifyReport> {
  const view = store.snapshot();
  try {
    const headNote = await view.get(HEAD_KEY);
    const resumed = options.resume === undefined ? null : await resumedOf(options.resume, view);
    const walk = readable(view, resumed === null ? ENTRY_PREFIX : startOf(resumed.state));
    const node = nodesOf(view);
    const sealed = await sealedParts(archived);
    const source = { pages: walk.pages(), headNote, publicKey: options.publicKey ?? publicKey, node, sealed };
    const report = await verifyChain(resumed === null ? source : { ...source, resumed }, options);
    const { unread } = walk;
    if (unread !== null) return unreadAt(report, unread);
    return report.ok ? withDamages(report, await store.damages()) : report;
  } finally {
    await view.close();
  }
}

async function sealedParts(
  archived: { readonly dataDir: string; readonly segments: Segments } | undefined,
): Promise<SealedPart[]> {
  if (archived === undefined) return [];
  return Promise.all(archived.segments.list().map((segment) => sealedPart(archived.dataDir, segment)));
}

async function sealedPart(dataDir: string, segment: Segment): Promise<SealedPart> {
  const { manifest, gone } = segment;
  if (!gone) return { segment, dropped: null };
  const kept = await readKept(dataDir, manifest)
    .then((found) => found.map(({ entry }) => entry))
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  return { segment, dropped: { manifest, kept } };
}

/** Kept nodes, which are asked for in their order: of what is sealed many from one read. */
function nodesOf(view: StoreView): (height: number, index: number) => Promise<string | undefined> {
  const ahead = new Map<string, string>();
  let live = false;
  return async (height, index) => {
    const key = treeKey(height, index);
    const known = ahead.get(key);
    if (known !== undefined) return known;
    // Few stand above those of the lowest height: they are read one by one.
    if (height !== KEPT_HEIGHT || live) return view.get(key);
    ahead.clear();
    for await (const page of view.pages({ from: key, to: treeKey(height, index + NODES_AHEAD) }))
      for (const [at, hash] of page) ahead.set(at, hash);
    // Those behind the last sealed entry lie each behind its own.
    live = !ahead.has(key);
    return ahead.get(key) ?? view.get(key);
  };
}

/** The entries up to where the store's files do not read. */
async function resumedOf(text: string, view: StoreView): Promise<Resumed> {
  const state = readWalkState(text);
  return { state, lastText: await view.get(entryKey(state.next - 1)), tree: treeReader(treeSource(view)) };
}

/** Hidden values of the last entry may follow. */
function startOf({ next, open }: WalkState): string {
  return open ? hiddenKey(next - 1) : entryKey(next);
}

function readable(
  view: StoreView,
  from: string,
): { pages(): AsyncIterable<readonly Pair[] | PlainFrame>; unread: string | null } {
  const walk: ReturnType<typeof readable> = {
    unread: null,
    async *pages(): AsyncIterable<readonly Pair[] | PlainFrame> {
      try {
        const range = { from, to: ENTRIES_END };
        yield* view.walk?.(range) ?? view.pages(range);
      } catch (error) {
        if (!(error instanceof InterlockError) || error.code !== 'STORE_CORRUPT') throw error;
        walk.unread = error.message;
      }
    },
  };
  return walk;
}

function unreadAt(report: VerifyReport, unread: string): VerifyReport {
  const sequence = report.firstBad?.sequence ?? report.entries;
  return {
    ...report,
    ok: false,
    firstBad: { sequence, problem: `entry ${sequence} or one close behind it can't be read: ${unread}` },
  };
}

/** The chain vouches for its entries and not for the state beside them, which lies in the same files. */
function withDamages(report: VerifyReport, damages: readonly string[]): VerifyReport {
  const [first] = damages;
  if (first === undefined) return report;
  const problem = `every entry holds, but ${damages.length} parts of the store's files do not, and state beside the entries may be wrong: ${first}`;
  return { ...report, ok: false, firstBad: { sequence: report.entries, problem } };
}

/**
 * Verifies the ledger of a data folder that no process has open, also one that `openLedger` refuses.
 * Throws STORE_LOCKED, KEY_EXPOSED, and STORE_CORRUPT when LevelDB itself can't read it or the key is gone.
 */
export async function verifyFolder(dataDir: string, options: VerifyChainOptions): Promise<VerifyReport> {
  if (storeCondition(dataDir) !== 'present') {
    throw new InterlockError('STORE_CORRUPT', `there is no ledger in ${dataDir}`, {
      hint: 'restore the data folder from a backup',
    });
  }
  const level = await openStore(dataDir, { create: false });
  try {
    const segments = await openSegments(dataDir);
    const store = sealedStore(level, segments);
    const signer = loadSigner(dataDir) ?? loadSigner(dataDir, DRAFT_KEY_FILE);
    if (signer === null)
      throw new InterlockError('STORE_CORRUPT', `the ledger's key is missing from ${dataDir}`, {
        hint: 'restore it from a backup',
      });
    const report = await verifyStore(store, signer.publicKey, options, { dataDir, segments });
    const { text } = store.recovery;
    return text === '' ? report : { ...report, notes: [...report.notes, `the next start will tell: ${text}`] };
  } finally {
    await level.close();
  }
}
