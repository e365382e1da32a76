// Two joined sockets of which one ends: the other's reader is slow, and still gets all of it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { createBodyMeter } from '../../src/http/body-meter.ts';
import { joinJudged } from '../../src/http/judged-sockets.ts';
import { closeAfter } from '../../src/http/last-bytes.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { joinSockets } from '../../src/http/websocket.ts';
import { messageFrame } from '../../src/http/websocket-write.ts';

/** As TCP sockets are: one that is ended by its peer ends itself, and is closed then. Little fits between the two. */
const pair = (): [Duplex, Duplex] => duplexPair({ allowHalfOpen: false, highWaterMark: 4 });
const GATE = { messageBytes: 1000, budget: createMemoryBudget(1_000_000), wants: () => false, judge: () => null };
const LAST = messageFrame(Buffer.from('the last words'), true);

const JOINS: Readonly<Record<string, (client: Duplex, upstream: Duplex, onEnd: () => void) => void>> = {
  'bytes that nobody reads': (client, upstream, onEnd) =>
    joinSockets(client, upstream, createBodyMeter(), createBodyMeter(), onEnd),
  'messages that are judged': (client, upstream, onEnd) =>
    joinJudged({ client, upstream, up: createBodyMeter(), down: createBodyMeter(), onEnd }, GATE),
};

for (const [name, join] of Object.entries(JOINS)) {
  test(`${name}: what the upstream said last arrives, though it is gone before it is read`, async () => {
    const [[client, agent], [upstream, origin]] = [pair(), pair()];
    const over = Promise.withResolvers<void>();
    join(client, upstream, over.resolve);
    const gone = once(upstream, 'close');
    origin.end(LAST);
    origin.resume();
    await gone;
    assert.equal(client.destroyed, false);
    assert.deepEqual(await buffer(agent), LAST);
    await over.promise;
    assert.equal(client.destroyed, true);
  });

  test(`${name}: an upstream that breaks off takes the client with it at once`, async () => {
    const [[client], [upstream, origin]] = [pair(), pair()];
    const over = Promise.withResolvers<void>();
    join(client, upstream, over.resolve);
    const said = once(upstream, 'data');
    origin.write(LAST);
    await said;
    upstream.destroy();
    await over.promise;
    assert.equal(client.destroyed, true);
  });
}

test('what nobody takes is let go in the end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const [[client], [upstream, origin]] = [pair(), pair()];
  client.write(LAST);
  origin.end();
  origin.resume();
  upstream.resume();
  await once(upstream, 'close');
  closeAfter(upstream, client);
  t.mock.timers.tick(29_999);
  assert.equal(client.destroyed, false);
  t.mock.timers.tick(1);
  assert.equal(client.destroyed, true);
});
