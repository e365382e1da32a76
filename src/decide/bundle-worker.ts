// The thread that checks a bundle while traffic goes on: parses, validates, slices, and hands the result over piece by piece.

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { checkFiles } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { chunks, headOf, piecesOf } from './bundle-parcel.ts';
import type { BundleHead, BundlePiece } from './bundle-parcel.ts';

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
  const files: BundleFiles = workerData;
  const { findings, bundle } = checkFiles(files);
  const send = (message: FromWorker): void => parentPort?.postMessage(message, []);
  const pieces = piecesTold(findings, bundle);
  parentPort?.on('message', () => {
    const next = pieces.next();
    if (next.done === true) {
      send({ kind: 'done' });
      parentPort?.close();
    } else send(next.value);
  });
  send({ kind: 'checked', head: bundle === null ? null : headOf(bundle) });
}

function* piecesTold(findings: readonly BundleFinding[], bundle: Bundle | null): Generator<FromWorker> {
  for (const items of chunks(findings)) yield { kind: 'findings', items };
  if (bundle !== null) for (const piece of piecesOf(bundle)) yield { kind: 'piece', piece };
}

serve();
