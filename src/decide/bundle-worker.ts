// The thread that checks a bundle while traffic goes on: takes its files piece by piece, parses, validates, slices, and hands the result over likewise.

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { checkFiles } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { chunks, headOf, piecesOf } from './bundle-parcel.ts';
import type { BundleHead, BundlePiece } from './bundle-parcel.ts';
import { assembleFiles } from './files-parcel.ts';
import type { FilesHead, FilesPiece } from './files-parcel.ts';

/** A piece of the files each, `check` once they are whole, then `next` for each thing that is to be told. */
export type ToWorker = FilesPiece | { readonly kind: 'check' } | { readonly kind: 'next' };

/** First the head, null for a bundle with errors, then one piece for each message from the other side: sent at once they would be read in one go. */
export type FromWorker =
  | { readonly kind: 'checked'; readonly head: BundleHead | null }
  | { readonly kind: 'findings'; readonly items: readonly BundleFinding[] }
  | { readonly kind: 'piece'; readonly piece: BundlePiece }
  | { readonly kind: 'done' };

/** Behind whatever else wants the CPU. Linux keeps it for each thread; elsewhere it would be the whole process's. */
const NICE = 10;

function serve(): void {
  if (process.platform === 'linux') setPriority(0, NICE);
  const head: FilesHead = workerData;
  let files = assembleFiles(head);
  const send = (message: FromWorker): void => parentPort?.postMessage(message, []);
  let pieces: Generator<FromWorker> | null = null;
  parentPort?.on('message', (message: ToWorker) => {
    if (message.kind === 'check') {
      const { findings, bundle } = checkFiles(files.files);
      pieces = piecesTold(findings, bundle);
      send({ kind: 'checked', head: bundle === null ? null : headOf(bundle) });
    } else if (message.kind === 'file') files.add(message);
    else {
      const next = pieces?.next();
      if (next?.done === false) send(next.value);
      else {
        [pieces, files] = [null, assembleFiles(head)];
        giveBack();
        send({ kind: 'done' });
        parentPort?.close();
      }
    }
  });
}

/**
 * V8 keeps the pages of a thread that ended, and gives them back 8 s later in a task of the thread that serves: 75 MB in one turn of 30 ms.
 * So this thread gives back its own while it is still there. Only with `--expose-gc` (bin/interlock gives it).
 * V8 takes that for a want of memory, and would drop what it compiled of the engine in all threads: the next decision took 12 ms.
 * Therefore `--no-flush-liftoff-code`.
 */
function giveBack(): void {
  globalThis.gc?.({ execution: 'sync', type: 'major', flavor: 'last-resort' });
}

function* piecesTold(findings: readonly BundleFinding[], bundle: Bundle | null): Generator<FromWorker> {
  for (const items of chunks(findings)) yield { kind: 'findings', items };
  if (bundle !== null) for (const piece of piecesOf(bundle)) yield { kind: 'piece', piece };
}

serve();
