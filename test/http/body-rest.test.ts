// What still comes of a body that nobody wants: read away, so that the client hears its answer, but not without end (E30).

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { readAway } from '../../src/http/body-rest.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { RequestBody } from '../../src/http/request-body.ts';

test('an unwanted body is read to its end, and a client that sends more than the limit is cut', async () => {
  const modest = new PassThrough();
  const body = new RequestBody(
    { stream: modest, declaredBytes: null, encodings: [], invite: () => assert.fail('asked for') },
    createMemoryBudget(100),
  );
  body.discard(100);
  modest.end(Buffer.alloc(100));
  await delay(20);
  assert.equal(modest.readableEnded, true);

  const endless = new PassThrough();
  readAway(endless, 100);
  endless.write(Buffer.alloc(100));
  await delay(20);
  assert.equal(endless.destroyed, false);
  endless.write(Buffer.alloc(1));
  await delay(20);
  assert.equal(endless.destroyed, true);
  readAway(endless, 100);
});

test('what was judged once is sent once, whole or with another prefix', async () => {
  const sends = [(body: RequestBody) => body.outgoing(), (body: RequestBody) => body.outgoingWithPrefix(1, Buffer.from('x'))];
  for (const first of sends)
    for (const second of sends) {
      const stream = new PassThrough();
      stream.end('ab');
      const body = new RequestBody({ stream, declaredBytes: null, encodings: [], invite: null }, createMemoryBudget(100));
      await body.inspect({ kind: 'whole' }, 100);
      first(body);
      assert.throws(() => second(body), { code: 'INTERNAL' });
    }
});
