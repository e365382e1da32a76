// The thread that checks a bundle while traffic goes on: parses, validates, slices, and hands the result over piece by piece.

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { checkFiles } from './bundle.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { headOf, piecesOf } from './bundle-parcel.ts';
import type { BundleHead, BundlePiece } from './bundle-parcel.ts';

/** First what was found, then one piece for each message from the other side: sent at once they would be read in one go. */
export type FromWorker =
  | { readonly kind: 'checked'; readonly findings: readonly BundleFinding[]; readonly head: BundleHead | null }
  | { readonly kind: 'piece'; readonly piece: BundlePiece }
  | { readonly kind: 'done' };

/** Behind whatever else wants the CPU. Linux keeps it for each thread; elsewhere it would be the whole process's. */
const NICE = 10;

function serve(): void {
  if (process.platform === 'linux') setPriority(0, NICE);
  const files: BundleFiles = workerData;
  const { findings, bundle } = checkFiles(files);
  const send = (message: FromWorker): void => parentPort?.postMessage(message, []);
  const pieces = bundle === null ? null : piecesOf(bundle);
  parentPort?.on('message', () => {
    const next = pieces?.next();
    if (next === undefined || next.done === true) {
      send({ kind: 'done' });
      parentPort?.close();
    } else send({ kind: 'piece', piece: next.value });
  });
  send({ kind: 'checked', findings, head: bundle === null ? null : headOf(bundle) });
}

serve();
