// A client that leaves an approved request: it goes on, its outcome is known, and not for ever.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outgoing, ResponseSink, Upstream } from '../../src/forward/outgoing.ts';
import { relay } from '../../src/forward/relay.ts';
import { InterlockError } from '../../src/errors.ts';
import { slowReply } from '../support/slow-reply.ts';

const OUTGOING: Outgoing = {
  method: 'POST',
  scheme: 'https',
  authority: { host: 'a.test', port: 443 },
  target: '/',
  headers: [],
  body: null,
  principal: 'bot',
  fresh: true,
  upgrade: null,
};

function left(fresh: boolean) {
  const seen = { aborted: 0 };
  let sink: ResponseSink | null = null;
  const upstream: Upstream = {
    send: (_outgoing, given) => {
      sink = given;
      given.begin({
        pause: () => undefined,
        resume: () => undefined,
        abort: () => {
          seen.aborted += 1;
          given.fail(new InterlockError('UPSTREAM_CLOSED', 'cut'));
        },
      });
    },
    stats: () => ({ pools: 0, http2Sessions: 0, open: 0, busy: 0 }),
    close: () => Promise.resolve(),
  };
  const reply = slowReply();
  const sent = relay(upstream, { ...OUTGOING, fresh }, reply, { extraHeaders: [], gate: null });
  reply.leave();
  return { seen, sent, answer: (): ResponseSink => sink ?? assert.fail('nothing was sent') };
}

test('its answer is read to the end, and nothing is written to who left', async () => {
  const { seen, sent, answer } = left(true);
  answer().head(200, [], false);
  answer().data(Buffer.from('done'));
  answer().end([]);
  const { result, status, responseBytes, error } = await sent;
  assert.deepEqual([result, status, responseBytes, error, seen.aborted], ['sent', 200, 4, null, 0]);
});

test('after a minute it is given up, and what came of it is unknown', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { seen, sent } = left(true);
  context.mock.timers.tick(59_000);
  assert.equal(seen.aborted, 0);
  context.mock.timers.tick(1_000);
  assert.deepEqual([seen.aborted, (await sent).result], [1, 'unknown']);
});

test('a request that nobody waited for ends with its client', async () => {
  const { seen, sent } = left(false);
  assert.deepEqual([seen.aborted, (await sent).result], [1, 'unknown']);
});
