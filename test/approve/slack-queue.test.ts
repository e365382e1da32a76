// The line of each channel: in turn, once for what waits already, bounded, growing waits, and one channel never holds up another.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlackFailure } from '../../src/approve/slack-client.ts';
import { createSlackQueue } from '../../src/approve/slack-queue.ts';
import { waitFor } from '../support/wait-for.ts';

function line(show: (key: string) => Promise<void | false>, room = 100) {
  const counts = { sent: 0, retried: 0, dropped: 0 };
  const outages: (string | null)[] = [];
  const dropped: string[] = [];
  const queue = createSlackQueue({
    run: async (key) => (await show(key)) !== false,
    counts,
    room,
    firstWaitMs: 20,
    onOutage: (cause) => outages.push(cause),
    onDropped: (cause) => dropped.push(cause),
  });
  return { queue, counts, outages, dropped };
}

test('what moves many times while it waits is shown once more', async () => {
  const shown: string[] = [];
  const gate = Promise.withResolvers<void>();
  const { queue } = line(async (key) => {
    shown.push(key);
    await gate.promise;
  });
  for (let i = 0; i < 10; i += 1) queue.push('C', 'a');
  queue.push('C', 'b');
  queue.push('C', 'a');
  gate.resolve();
  await waitFor(() => (shown.length >= 3 ? true : undefined));
  assert.deepEqual(shown, ['a', 'a', 'b']);
});

test('a full line lets its oldest go, and says so', async () => {
  const gate = Promise.withResolvers<void>();
  const shown: string[] = [];
  const { queue, counts, dropped } = line(async (key) => {
    await gate.promise;
    shown.push(key);
  }, 2);
  for (const key of ['a', 'b', 'c', 'd']) queue.push('C', key);
  gate.resolve();
  await waitFor(() => (shown.length >= 3 ? true : undefined));
  assert.deepEqual(shown, ['a', 'c', 'd']);
  assert.equal(counts.dropped, 1);
  assert.deepEqual(dropped, ['too many cards wait']);
});

test('a channel in trouble holds up no other, and the outage is told once', async () => {
  let broken = true;
  const shown: string[] = [];
  const { queue, outages, counts } = line(async (key) => {
    if (key === 'bad' && broken) throw new SlackFailure('outage', 'no connection');
    shown.push(key);
  });
  queue.push('C1', 'bad');
  queue.push('C2', 'good');
  await waitFor(() => (counts.retried >= 3 ? true : undefined));
  assert.deepEqual(shown, ['good']);
  broken = false;
  await waitFor(() => (shown.includes('bad') ? true : undefined));
  assert.deepEqual(outages, ['no connection', null]);
});

test('what Slack will never take is let go, and the next one has its turn', async () => {
  const shown: string[] = [];
  const { queue, counts } = line(async (key) => {
    if (key === 'bad') throw new SlackFailure('refused', 'chat.update: invalid_blocks');
    shown.push(key);
  });
  queue.push('C', 'bad');
  queue.push('C', 'good');
  await waitFor(() => shown[0]);
  assert.deepEqual([counts.dropped, counts.retried, counts.sent], [1, 0, 1]);
});

test('once closed nothing is tried again', async () => {
  const { queue, counts } = line(async () => {
    throw new SlackFailure('outage', 'no connection');
  });
  queue.push('C', 'a');
  await waitFor(() => (counts.retried >= 1 ? true : undefined));
  queue.close();
  const before = counts.retried;
  queue.push('C', 'b');
  await new Promise((resolve) => setTimeout(resolve, 80));
  assert.equal(counts.retried, before);
});

test('to find that there is nothing to show is no sign that Slack is back', async () => {
  let gone = false;
  const { queue, outages, counts } = line(async (key) => {
    if (gone && key === 'a') return false;
    if (!gone) throw new SlackFailure('outage', 'no connection');
    return undefined;
  });
  queue.push('C', 'a');
  await waitFor(() => (counts.retried >= 1 ? true : undefined));
  gone = true;
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual([outages, counts.sent], [['no connection'], 0]);
  queue.push('C2', 'b');
  await waitFor(() => (counts.sent === 1 ? true : undefined));
  assert.deepEqual(outages, ['no connection', null]);
});
