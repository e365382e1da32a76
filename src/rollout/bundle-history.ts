// Remembers which bundle was in force, records what each load changed and who wanted it, and keeps the files of each.

import type { Logger } from 'pino';
import type { BundleFiles } from '../decide/bundle-files.ts';
import type { BundleEvent, LoadedEvent } from '../decide/judge-engine.ts';
import type { BundleSource, LoadCause } from '../decide/load-cause.ts';
import { toInterlockError } from '../errors.ts';
import { bundleRecorder, loadedBody } from '../record/bundle-entry.ts';
import type { BundleBody, BundleChanges, BundleLoad } from '../record/bundle-body.ts';
import type { Ledger, StateStore } from '../record/ledger.ts';
import { bundleChanges, type Remembered } from './bundle-changes.ts';
import { sourceOf } from './bundle-source.ts';
import type { BundleStore } from './bundle-store.ts';
import { readCaseTree } from './case-tree.ts';
import { IN_FORCE_KEY, PLACED_KEY, type Placed, readPlaced } from './placed.ts';
import { policyTexts } from './policy-texts.ts';

export interface BundleHistory {
  /** What the judge is to tell the record. */
  readonly look: (files: BundleFiles, cause: LoadCause, policies: Remembered['policies']) => Promise<BundleSource>;
  readonly onEvent: (event: BundleEvent) => void;
  /** The sequence of the newest load's entry, once that is on disk and the files are kept. Throws RECORD_FAILED. */
  settled(): Promise<string | null>;
}

interface BundleHistoryOptions {
  readonly ledger: Pick<Ledger, 'append' | 'note'> & StateStore;
  readonly store: Pick<BundleStore, 'keep' | 'read'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** A change that was broken off and is finished now. */
  readonly finished: Placed | null;
}

/** A bundle that is about to be loaded. */
interface Compared {
  readonly after: Remembered;
  /** Null where there is nothing to compare it with. */
  readonly changes: BundleChanges | null;
}

const MAX_REASON_CHARS = 500;
const MAX_NOTE_CHARS = 1_000;

export async function openBundleHistory(options: BundleHistoryOptions): Promise<BundleHistory> {
  const { ledger, store, log } = options;
  let placed = options.finished ?? readPlaced(await ledger.get(PLACED_KEY));
  let digest = (await ledger.get(IN_FORCE_KEY)) ?? null;
  let before = digest === null ? null : await rememberedFrom(store, digest, log);
  let compared: Compared | null = null;
  let written: Promise<string | null> = Promise.resolve(null);
  let kept: Promise<void> = Promise.resolve();

  async function keep(event: LoadedEvent): Promise<void> {
    try {
      const { files: cases, left } = await readCaseTree(event.files.directory);
      if (left.length > 0) log.warn({ left }, 'not all of the cases are kept with the bundle');
      const gone = await store.keep({ files: event.files, cases });
      if (gone.length > 0)
        log.info({ digests: gone }, 'bundles that are no longer kept: there is no going back to them by digest');
    } catch (thrown) {
      log.error({ digest: event.digest, error: toInterlockError(thrown).message }, 'the files of the bundle could not be kept');
    }
  }

  function onLoaded(event: LoadedEvent): void {
    const load = loadOf(event, placed?.digest === event.digest ? placed : null);
    const { changes, after } = compared?.after.files.digest === event.digest ? compared : { changes: null, after: null };
    const body = loadedBody(event, { ...load, previous: digest, changes });
    const state = [{ put: IN_FORCE_KEY, value: event.digest }, { del: PLACED_KEY }];
    written = ledger.append(body, 'synced', state).then(({ entry }) => entry);
    // The ledger itself counts and tells what it could not write.
    written.catch(() => undefined);
    kept = kept.then(() => keep(event));
    ({ digest } = event);
    before = after;
    placed = null;
  }

  return {
    async look(files, cause, policies) {
      const after = { files, policies };
      compared = { after, changes: before === null ? null : await bundleChanges(before, after) };
      return sourceOf(cause.from ?? files.directory, files);
    },
    onEvent: bundleRecorder(ledger, log, onLoaded),
    async settled() {
      await kept;
      return written;
    },
  };
}

/** What was put in place while no gateway ran, or broken off, is told as the change that it was. */
function loadOf(event: LoadedEvent, placed: Placed | null): Omit<BundleLoad, 'previous' | 'changes'> {
  return loadText(placed?.cause ?? event.cause, placed?.source ?? event.source);
}

export function loadText(cause: LoadCause, source: BundleSource): Omit<BundleLoad, 'previous' | 'changes'> {
  const { kind, user, osUser } = cause;
  const { directory, git, owner } = source;
  const reason = cause.reason.slice(0, MAX_REASON_CHARS).toWellFormed();
  return { cause: kind, user, osUser, fileOwner: owner, reason, directory: directory.toWellFormed(), git };
}

/** A promotion or rollback that was refused: who wanted what, and why it was not to be. What is in force stays. */
export function refusedBody(
  digest: string,
  note: string,
  cause: LoadCause,
  source: BundleSource,
  previous: string | null,
): BundleBody {
  const load = { ...loadText(cause, source), previous, changes: null };
  return { type: 'bundle', move: 'rejected', digest, policies: 0, note: note.slice(0, MAX_NOTE_CHARS).toWellFormed(), load };
}

async function rememberedFrom(
  store: Pick<BundleStore, 'read'>,
  digest: string,
  log: Pick<Logger, 'warn'>,
): Promise<Remembered | null> {
  try {
    const { files } = await store.read(digest);
    return { files, policies: policyTexts(files) };
  } catch (thrown) {
    log.warn({ digest, error: toInterlockError(thrown).message }, 'the bundle that was in force before is not kept');
    return null;
  }
}
