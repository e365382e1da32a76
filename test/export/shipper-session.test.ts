// The sessions of a shipper, against a sink that says what it saw: bounded, aborted when they fail, further apart while it is down.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type ShipperOptions, startShipper } from '../../src/export/shipper.ts';
import type { Message, Sink, SinkSession } from '../../src/export/sink.ts';
import { canonical } from '../../src/record/canonical.ts';
import { encodeEntry, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import { SAMPLE_TIME } from '../record/sample-bodies.ts';
import { until } from './until.ts';

interface Seen {
  readonly messages: Message[];
  /** Messages before each confirmation. */
  readonly confirmed: number[];
  readonly opened: number[];
  readonly changes: Array<string | null>;
  readonly cursors: number[];
  aborted: number;
}

const body = (type: string, more: Readonly<Record<string, string>> = {}): string => canonical({ ...more, type });

/** Ships `size` entries, each with one of the `bodies` in turn. */
function shipping(
  t: TestContext,
  { size, bodies, ...more }: { size: number; bodies: readonly string[] } & Partial<ShipperOptions>,
  session: Partial<SinkSession> = {},
  open?: Sink['open'],
) {
  const seen: Seen = { messages: [], confirmed: [], opened: [], changes: [], cursors: [], aborted: 0 };
  const whole: SinkSession = {
    write: (messages) => Promise.resolve(void seen.messages.push(...messages)),
    finish: () => Promise.resolve(void seen.confirmed.push(seen.messages.length)),
    ...session,
    abort() {
      seen.aborted += 1;
      session.abort?.();
    },
  };
  const shipper = startShipper({
    source: {
      size,
      get: () => Promise.resolve(undefined),
      follow: () => () => undefined,
      async *stored(from, limit) {
        for (let sequence = from; sequence < Math.min(size, from + limit); sequence += 1) {
          const text = encodeEntry(bodies[sequence % bodies.length] ?? '{}', NO_PREVIOUS, sequence, SAMPLE_TIME);
          yield { sequence, text, hidden: null };
        }
      },
    },
    sink: {
      target: 'test',
      sessionMs: 1,
      open(signal) {
        seen.opened.push(performance.now());
        return open === undefined ? Promise.resolve(whole) : open(signal);
      },
    },
    place: { read: () => Promise.resolve(0), write: (next) => Promise.resolve(void seen.cursors.push(next)) },
    ...{ format: 'jsonl', values: 'open', filter: {}, retryMs: 20, onChange: (problem) => void seen.changes.push(problem) },
    ...more,
  });
  t.after(() => shipper.close());
  return { shipper, seen };
}

test('a session ends after 10,000 entries, however much is behind it', async (t) => {
  const forever: Sink = {
    target: 'test',
    sessionMs: 600_000,
    open: () => Promise.resolve({ write: () => Promise.resolve(), finish: () => Promise.resolve(), abort: () => undefined }),
  };
  const { seen } = shipping(t, { size: 10_400, bodies: [body('anchor')], sink: forever });
  await until(() => seen.cursors.length > 0);
  assert.deepEqual(seen.cursors, [10_000]);
});

test('refusals and losses are alarming, and nothing else is', async (t) => {
  const types = ['gap', 'lost', 'repair', 'start', 'outcome'];
  const bodies = [
    ...types.map((type) => body(type)),
    ...['BLOCK', 'WAIT', 'ALLOW'].map((verdict) => body('verdict', { verdict })),
  ];
  const { seen } = shipping(t, { size: bodies.length, bodies });
  await until(() => seen.confirmed.length > 0);
  assert.deepEqual(
    seen.messages.map(({ alarming }) => alarming),
    [true, true, true, false, false, true, false, false],
  );
  assert.deepEqual([seen.messages[0]?.type, seen.messages[0]?.time], ['gap', SAMPLE_TIME]);
});

test('where nothing is to be sent no session is opened, and the cursor passes on', async (t) => {
  const { seen } = shipping(t, { size: 3, bodies: [body('start')], filter: { type: ['verdict'] } });
  await until(() => seen.cursors.length > 0);
  assert.deepEqual([seen.cursors, seen.opened], [[3], []]);
});

test('a session that fails is aborted, and the next one begins later each time', async (t) => {
  const write = (): Promise<void> => Promise.reject(new Error('gone'));
  const { shipper, seen } = shipping(t, { size: 1, bodies: [body('start')] }, { write });
  await until(() => seen.opened.length >= 4);
  const [, , third = 0, fourth = 0] = seen.opened;
  assert.ok(fourth - third >= 75, `${fourth - third} ms`);
  assert.ok(seen.aborted >= 3);
  assert.deepEqual([seen.changes, shipper.state.lag, shipper.state.lastError?.problem], [['gone'], 1, 'gone']);
});

test('a shipper that is closed while it dials has not failed', async (t) => {
  const dialing: Sink['open'] = (signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  const { shipper, seen } = shipping(t, { size: 1, bodies: [body('start')] }, {}, dialing);
  await until(() => seen.opened.length > 0);
  await shipper.close();
  assert.deepEqual([seen.changes, shipper.state.lastError], [[], null]);
});

test('a close leaves a session that is not confirmed in time: it counts as never sent', async (t) => {
  const { promise, reject } = Promise.withResolvers<void>();
  const never = { finish: () => promise, abort: () => reject(new Error('left')) };
  const { shipper, seen } = shipping(t, { size: 1, bodies: [body('start')], closeMs: 20 }, never);
  await until(() => seen.messages.length > 0);
  await shipper.close();
  assert.deepEqual([seen.cursors, seen.aborted > 0], [[], true]);
});

test('what it waits after a failure begins anew once something went out, and that is told with its time', async (t) => {
  // Six failures, a success, six failures more: with the first ones still counted these would take eighty seconds.
  const down = t.mock.fn(() => ![6, 13].includes(down.mock.callCount()));
  // Sessions are counted and not writes: a session may have time for two.
  const up: SinkSession = { write: () => Promise.resolve(), finish: () => Promise.resolve(), abort: () => undefined };
  const open: Sink['open'] = () => (down() ? Promise.reject(new Error('gone')) : Promise.resolve(up));
  const { shipper, seen } = shipping(t, { size: 20_000, bodies: [body('anchor')], retryMs: 20 }, {}, open);
  await until(() => down.mock.callCount() >= 1);
  assert.equal(shipper.state.lastSuccess, null);
  await until(() => seen.cursors.length > 0);
  assert.equal(typeof shipper.state.lastSuccess, 'string');
  await until(() => seen.cursors.length > 1);
});

test('a shipper that is closed before it sent anything has had no success', async (t) => {
  const { shipper } = shipping(t, { size: 0, bodies: [] });
  await until(() => shipper.state.next === 0);
  await shipper.close();
  assert.deepEqual([shipper.state.lastSuccess, shipper.state.lastError], [null, null]);
});
