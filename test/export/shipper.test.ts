// Shipping to a file: in order, from the cursor on, never into another ledger's place, and a sink that is down is one line in the log.

import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SinkConfig } from '../../src/config/config.ts';
import { openShipping, type Shipping } from '../../src/export/open-shipping.ts';
import { shippingPlace } from '../../src/export/shipping-place.ts';
import { startShipper } from '../../src/export/shipper.ts';
import { outcomeOf, verdictOf } from '../record/sample-bodies.ts';
import { chainWith, type TestChain } from './chain-with.ts';
import { until } from './until.ts';

const lines = (file: string): Record<string, unknown>[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    : [];
const sequences = (file: string): unknown[] => lines(file).map(({ sequence }) => sequence);

async function ship(
  chain: TestChain,
  more: Partial<SinkConfig> = {},
): Promise<{ shipping: Shipping; file: string; log: string[] }> {
  const file = join(chain.dataDir, 'out.jsonl');
  const sink: SinkConfig = { name: 'siem', to: { file }, format: 'jsonl', values: 'open', only: {}, ...more };
  const log: string[] = [];
  const tell = (fields: object): void => void log.push(JSON.stringify(fields));
  const checkpoints = { everySeconds: 300, files: [], witnesses: [] };
  const off = { maxWaitMillis: 5000, segments: null, retention: { keepDays: null, keepBytes: null } };
  const shipping = await openShipping({ dataDir: chain.dataDir, ledger: { checkpoints, ...off, export: [sink] } }, chain.ledger, {
    warn: tell,
    info: tell,
  } as never);
  return { shipping, file, log };
}
const caughtUp = (shipping: Shipping): Promise<unknown> => until(() => shipping.states[0]?.lag === 0);

test('every entry is a line, in order, and a new start goes on where the last one was confirmed', async () => {
  await using chain = await chainWith([verdictOf('x1'), outcomeOf('x1', '1')]);
  const first = await ship(chain);
  await caughtUp(first.shipping);
  chain.ledger.note(verdictOf('x2'));
  await chain.ledger.flush();
  await until(() => sequences(first.file).length === 4);
  await first.shipping.close();
  assert.deepEqual(sequences(first.file), [0, 1, 2, 3]);
  assert.equal(statSync(first.file).mode & 0o777, 0o600);
  assert.equal(statSync(join(chain.dataDir, 'export')).mode & 0o777, 0o700);
  assert.ok(!readFileSync(first.file, 'utf8').includes('"values"'));
  chain.ledger.note(verdictOf('x3'));
  await chain.ledger.flush();
  const second = await ship(chain);
  await caughtUp(second.shipping);
  await second.shipping.close();
  assert.deepEqual(sequences(first.file), [0, 1, 2, 3, 4]);
  assert.deepEqual(second.shipping.counts(), { siem: { lag: 0, up: true } });
});

test('a file that is moved away is made anew, and a torn line ends before the next begins', async () => {
  await using chain = await chainWith();
  const { shipping, file } = await ship(chain);
  await caughtUp(shipping);
  renameSync(file, `${file}.1`);
  chain.ledger.note(verdictOf('x1'));
  await chain.ledger.flush();
  await caughtUp(shipping);
  assert.deepEqual([sequences(`${file}.1`), sequences(file)], [[0], [1]]);
  appendFileSync(file, '{"body":{"ty');
  chain.ledger.note(verdictOf('x2'));
  await chain.ledger.flush();
  await caughtUp(shipping);
  await shipping.close();
  assert.deepEqual(
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.slice(0, 12)),
    ['{"body":{"ac', '{"body":{"ty', '{"body":{"ac', ''],
  );
});

test('only what is asked for goes out, in the asked form, and the cursor passes over the rest', async () => {
  await using chain = await chainWith([verdictOf('x1'), verdictOf('x2', { verdict: 'BLOCK' }), outcomeOf('x1', '1')]);
  const { shipping, file } = await ship(chain, { format: 'ocsf', only: { verdict: ['BLOCK'] } });
  await caughtUp(shipping);
  await shipping.close();
  assert.deepEqual(
    lines(file).map((event) => (event['metadata'] as { sequence: number }).sequence),
    [2],
  );
});

test('a cursor of another ledger is named, and nothing is shipped until it is taken away', async () => {
  await using other = await chainWith([verdictOf('x1')]);
  await using chain = await chainWith([verdictOf('x1'), verdictOf('x2')]);
  const cursor = join(chain.dataDir, 'export', 'siem.cursor');
  mkdirSync(join(chain.dataDir, 'export'));
  await shippingPlace(cursor, other.ledger).write(2);
  const { shipping, file, log } = await ship(chain);
  await until(() => log.length > 0);
  assert.match(log[0] ?? '', /siem\.cursor is of another ledger/);
  assert.deepEqual(shipping.counts(), { siem: { lag: 3, up: false } });
  assert.equal(existsSync(file), false);
  rmSync(cursor);
  await caughtUp(shipping);
  await shipping.close();
  assert.deepEqual(sequences(file), [0, 1, 2]);
  for (const text of ['9 nothing\n', `99 ${'0'.repeat(64)}\n`]) {
    writeFileSync(cursor, text);
    await assert.rejects(shippingPlace(cursor, chain.ledger).read(), /siem\.cursor/);
  }
});

test('a sink that is down is one line in the log, and one when it is up again; a link is not followed', async () => {
  await using chain = await chainWith([verdictOf('x1')]);
  const file = join(chain.dataDir, 'out.jsonl');
  writeFileSync(`${file}.elsewhere`, '');
  symlinkSync(`${file}.elsewhere`, file);
  const { shipping, log } = await ship(chain);
  await until(() => log.length > 0);
  const told = shipping.states[0]?.lastError?.at;
  await until(() => shipping.states[0]?.lastError?.at !== told);
  assert.equal(log.length, 1, 'it was tried again');
  rmSync(file);
  await caughtUp(shipping);
  await shipping.close();
  assert.equal(log.length, 2);
  assert.deepEqual(sequences(file), [0, 1]);
  assert.equal(readFileSync(`${file}.elsewhere`, 'utf8'), '');
});

test('the cursor stays behind what is not confirmed: it comes again', async () => {
  await using chain = await chainWith([verdictOf('x1')]);
  const place = shippingPlace(join(chain.dataDir, 'c'), chain.ledger);
  const written: string[] = [];
  let confirm = false;
  const shipper = startShipper({
    ...{ source: chain.ledger, place, format: 'jsonl', values: 'open', filter: {}, retryMs: 10, onChange: () => undefined },
    sink: {
      target: 'test',
      sessionMs: 50,
      open: () =>
        Promise.resolve({
          write: (messages) => Promise.resolve(void written.push(...messages.map(({ text }) => text))),
          finish: () => (confirm ? Promise.resolve() : Promise.reject(new Error('gone'))),
          abort: () => undefined,
        }),
    },
  });
  await until(() => written.length >= 4);
  assert.equal(await place.read(), 0);
  confirm = true;
  await until(() => shipper.state.lag === 0);
  await shipper.close();
  assert.equal(await place.read(), 2);
});
