// The thread sends one piece for each time it is asked, so that none waits behind another where requests are served.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../../src/decide/bundle-worker.ts';
import { filesHead, filesPieces } from '../../src/decide/files-parcel.ts';
import { filesOf, policy } from './bundle-fixture.ts';

const POLICIES = Array.from({ length: 250 }, (_, i) => policy(`p${i}`, `permit(principal in Team::"t${i}", action, resource);`));

it('sends a piece only when asked, of a bounded number of items', async () => {
  const program = new URL('../../src/decide/bundle-worker.ts', import.meta.url);
  const files = filesOf({ policies: POLICIES.join('') });
  const worker = new Worker(program, { workerData: filesHead(files) });
  const send = (message: ToWorker): void => worker.postMessage(message);
  const heard: FromWorker[] = [];
  worker.on('message', (message: FromWorker) => heard.push(message));
  for (const piece of filesPieces(files)) send(piece);
  send({ kind: 'check' });
  await once(worker, 'message');
  assert.equal(heard[0]?.kind, 'checked');
  let asked = 0;
  while (heard.at(-1)?.kind !== 'done') {
    send({ kind: 'next' });
    asked += 1;
    await once(worker, 'message');
    assert.equal(heard.length, asked + 1);
  }
  const pieces = heard.flatMap((message) => (message.kind === 'piece' ? [message.piece] : []));
  assert.deepEqual(
    pieces.map((piece) => [piece.kind, piece.items.length]),
    ['policies', 'slices', 'cuts'].flatMap((kind) => [30, 30, 30, 30, 30, 30, 30, 30, 10].map((items) => [kind, items])),
  );
  await worker.terminate();
});
