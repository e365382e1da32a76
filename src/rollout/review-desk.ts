// Looks bundles over when somebody asks: in a thread of its own, one at a time, and once for each digest.

import { Worker } from 'node:worker_threads';
import type { BundleFiles } from '../decide/bundle-files.ts';
import type { BundleStore } from './bundle-store.ts';
import type { BundleReview } from './review-bundle.ts';

export type ReviewState =
  | { readonly state: 'ready'; readonly review: BundleReview }
  | { readonly state: 'running' }
  | { readonly state: 'failed'; readonly problem: string };

export interface ReviewDesk {
  /** Waits at most `waitMs` for one that is not there yet. Rejects as the store does: BUNDLE_UNKNOWN, STORE_CORRUPT. */
  look(digest: string, waitMs: number): Promise<ReviewState>;
  /** Ends what runs. */
  close(): void;
}

interface ReviewDeskOptions {
  readonly bundles: Pick<BundleStore, 'read'>;
  /** Rejects when the thread breaks, takes too long or is ended. */
  readonly run?: (files: BundleFiles, signal: AbortSignal) => Promise<BundleReview>;
}

/** The bundle in force and the one before it; a third makes the oldest go. */
const MAX_KEPT = 2;

export function createReviewDesk({
  bundles,
  run = (files, signal) => reviewApart(files, signal),
}: ReviewDeskOptions): ReviewDesk {
  const known = new Map<string, Promise<ReviewState>>();
  const end = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  async function review(digest: string, before: Promise<unknown>): Promise<ReviewState> {
    const { files } = await bundles.read(digest);
    // INVARIANT: one thread at a time: who asks about many digests holds up nobody but themselves.
    await before;
    try {
      return { state: 'ready', review: await run(files, end.signal) };
    } catch (thrown) {
      return { state: 'failed', problem: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  }

  function begin(digest: string): Promise<ReviewState> {
    const started = review(digest, last);
    last = started.catch(() => null);
    known.set(digest, started);
    for (const old of [...known.keys()].slice(0, -MAX_KEPT)) known.delete(old);
    // What failed is tried anew at the next look.
    void started.then(
      ({ state }) => state === 'failed' && known.delete(digest),
      () => known.delete(digest),
    );
    return started;
  }

  return {
    async look(digest, waitMs) {
      const started = known.get(digest) ?? begin(digest);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<ReviewState>((resolve) => {
        timer = setTimeout(() => resolve({ state: 'running' }), waitMs);
      });
      return Promise.race([started, late]).finally(() => clearTimeout(timer));
    },
    close: () => end.abort(),
  };
}

/** The file beside this one: TypeScript as it is written, JavaScript once it is built. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './review-worker.ts' : './review-worker.js', import.meta.url);
const TIMEOUT_MS = 600_000;
const MAX_HEAP_MB = 1_024;

/** In a thread that can neither run for ever nor take the process's memory with it. */
export function reviewApart(
  files: BundleFiles,
  signal: AbortSignal,
  { timeoutMs = TIMEOUT_MS, heapMb = MAX_HEAP_MB } = {},
): Promise<BundleReview> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(PROGRAM, { workerData: files, resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    const fail = (how: string) => (): void => finish(() => reject(new Error(`looking the bundle over ${how}`)));
    const timer = setTimeout(fail(`took longer than ${timeoutMs / 1_000} s`), timeoutMs);
    const stop = fail('was ended');
    function finish(settle: () => void): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      settle();
      void worker.terminate();
    }
    signal.addEventListener('abort', stop);
    worker.on('message', (review: BundleReview) => finish(() => resolve(review)));
    worker.on('error', (thrown) => fail(`broke: ${String(thrown).slice(0, 200)}`)());
    worker.on('exit', (code) => fail(`ended with code ${code}`)());
  });
}
