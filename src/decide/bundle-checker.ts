// Checks a bundle in a thread of its own, so that ten thousand policies are parsed and validated without holding up a request.

import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { CheckedBundle } from './bundle.ts';
import type { BundleFiles } from './bundle-files.ts';
import { errorAt, START } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { assemble } from './bundle-parcel.ts';
import type { FromWorker, ToWorker } from './bundle-worker.ts';
import { filesHead, filesPieces } from './files-parcel.ts';

interface CheckerOptions {
  /** The thread's program; tests hand in ones that break. */
  readonly program?: URL;
  readonly timeoutMs?: number;
  readonly maxHeapMb?: number;
}

/** Ten thousand policies take about 15 s of CPU, and many times as long behind traffic that wants all of it: it only gets the rest. */
const TIMEOUT_MS = 600_000;
const MAX_HEAP_MB = 1_024;
const PAUSE_MS = 2;

/** The file beside this one: TypeScript as it is written, JavaScript once it is built. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './bundle-worker.ts' : './bundle-worker.js', import.meta.url);

/** Never rejects: a thread that breaks or takes too long is a finding, so the bundle is refused and the last good one stays. */
export function checkApart(files: BundleFiles, options: CheckerOptions = {}): Promise<CheckedBundle> {
  const { program = PROGRAM, timeoutMs = TIMEOUT_MS, maxHeapMb = MAX_HEAP_MB } = options;
  return new Promise((resolve) => {
    const worker = new Worker(program, { workerData: filesHead(files), resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
    const timer = setTimeout(() => finish(broken(`took longer than ${timeoutMs / 1000} s`)), timeoutMs);
    const send = (message: ToWorker): void => worker.postMessage(message, message.kind === 'file' ? [message.bytes.buffer] : []);
    const collect = collector(() => setTimeout(goOn));
    let over = false;

    function finish(checked: CheckedBundle): void {
      over = true;
      clearTimeout(timer);
      resolve(checked);
      void worker.terminate();
    }

    /**
     * What a piece left is collected in a turn of its own. The thread may be quicker than this one: without a pause between two pieces they
     * would be read in one go after all.
     */
    function goOn(): void {
      collectYoung();
      setTimeout(() => send({ kind: 'next' }), PAUSE_MS);
    }

    worker.on('message', (message: FromWorker) => {
      try {
        const checked = collect(message);
        if (checked !== null) finish(checked);
      } catch (thrown) {
        finish(broken(describe(thrown)));
      }
    });
    worker.on('error', (thrown) => finish(broken(describe(thrown))));
    worker.on('messageerror', (thrown) => finish(broken(describe(thrown))));
    worker.on('exit', (code) => finish(broken(`ended with code ${code}`)));
    void sendFiles(files, send, () => over);
  });
}

/** One piece a turn: requests have theirs in between. Ends early once nobody needs them. */
async function sendFiles(files: BundleFiles, send: (message: ToWorker) => void, isOver: () => boolean): Promise<void> {
  for (const piece of filesPieces(files)) {
    // The thread is started in the first turn, and that alone takes a millisecond or two.
    await setImmediate();
    if (isOver()) return;
    send(piece);
  }
  send({ kind: 'check' });
}

/** Takes one message after another; the bundle once it is whole. */
function collector(next: () => void): (message: FromWorker) => CheckedBundle | null {
  const findings: BundleFinding[] = [];
  let assembly: ReturnType<typeof assemble> | null = null;
  return (message) => {
    if (message.kind === 'done') return { findings, bundle: assembly?.bundle ?? null };
    if (message.kind === 'checked') assembly = message.head === null ? null : assemble(message.head);
    else if (message.kind === 'piece') assembly?.add(message.piece);
    else findings.push(...message.items);
    next();
    return null;
  };
}

/**
 * All of a bundle lives on, so a young space that is left to fill up is copied whole: tens of ms at once. Of one piece it takes one.
 * Without `--expose-gc` (bin/interlock gives it) V8 does as it likes.
 */
function collectYoung(): void {
  globalThis.gc?.({ execution: 'sync', type: 'minor' });
}

function broken(how: string): CheckedBundle {
  const message = `checking the bundle ${how}`;
  return { bundle: null, findings: [errorAt('.', START, message, 'run `interlock policy check` on it')] };
}

function describe(thrown: unknown): string {
  return `broke: ${(thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 200)}`;
}
