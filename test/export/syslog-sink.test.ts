// Shipping to a syslog receiver: over TLS, through its death, and no faster than it reads.

import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { SyslogConfig } from '../../src/config/config.ts';
import { shippingPlace } from '../../src/export/shipping-place.ts';
import { type Shipper, startShipper } from '../../src/export/shipper.ts';
import { type SyslogTimes, syslogSink } from '../../src/export/syslog-sink.ts';
import { syslogFrame, syslogHost } from '../../src/export/syslog-message.ts';
import { verdictOf } from '../record/sample-bodies.ts';
import { sequenceIn, startSyslogReceiver } from '../support/syslog-receiver.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { chainWith, type TestChain } from './chain-with.ts';
import { until } from './until.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const ca = stack.use(await createThrowawayCa());
const leaf = await ca.issue(['127.0.0.1']);

function ship(
  chain: TestChain,
  to: Partial<SyslogConfig>,
  times: SyslogTimes = {},
  values: 'open' | 'revealed' = 'open',
): { shipper: Shipper; changes: (string | null)[] } {
  const changes: (string | null)[] = [];
  const config = { host: '127.0.0.1', port: 0, tls: true, caFile: ca.certFile, clientCert: null, maxMessageBytes: 65_536, ...to };
  const shipper = startShipper({
    ...{ source: chain.ledger, format: 'jsonl', values, filter: {}, retryMs: 20 },
    sink: syslogSink(config, { sessionMs: 150, ...times }),
    place: shippingPlace(join(chain.dataDir, 'cursor'), chain.ledger),
    onChange: (problem) => void changes.push(problem),
  });
  stack.defer(() => shipper.close());
  return { shipper, changes };
}

test('a frame counts its octets, and tells priority, time, host, program and type (RFC 5424)', () => {
  const time = '2026-01-01T00:00:00.000Z';
  const message = { text: '{"a":1}', brief: () => '{}', time, type: 'verdict', alarming: true };
  const frame = syslogFrame(message, 'gw.example', 2_048);
  assert.match(frame, /^(\d+) <108>1 2026-01-01T00:00:00\.000Z gw\.example interlock \d+ verdict - \{"a":1\}$/);
  assert.equal(Number(frame.split(' ')[0]), frame.length - frame.indexOf(' ') - 1);
  assert.match(syslogFrame({ ...message, alarming: false }, 'h', 2_048), / <110>1 /);
  assert.equal(syslogHost('ä b'), 'b');
  assert.equal(syslogHost('ä'), '-');
  assert.equal(syslogHost('h'.repeat(300)).length, 255);
});

test('nothing is lost when the receiver dies in the middle and comes back, again and again', async () => {
  await using receiver = await startSyslogReceiver(leaf);
  await using chain = await chainWith();
  const { shipper, changes } = ship(chain, { port: receiver.port });
  const seen = new Set<number>();
  for (let round = 0; round < 4; round += 1) {
    for (let i = 0; i < 200; i += 1) chain.ledger.note(verdictOf(`x${round}-${i}`, { reason: 'r'.repeat(2_000) }));
    await chain.ledger.flush();
    const before = receiver.messages.length;
    await until(() => receiver.messages.length > before);
    await receiver.die();
    // What a receiver that dies has read and not kept is lost with it: unconfirmed, so it comes again.
    const kept = Math.max(receiver.confirmed, receiver.messages.length - 20);
    for (const message of receiver.messages.slice(0, kept)) seen.add(sequenceIn(message));
    receiver.forget();
    await receiver.comeBack();
  }
  await until(() => shipper.state.lag === 0);
  await shipper.close();
  for (const message of receiver.messages) seen.add(sequenceIn(message));
  assert.deepEqual(
    [...seen].toSorted((a, b) => a - b),
    [...Array(chain.ledger.size).keys()],
  );
  assert.ok(changes.length > 0);
});

test('a receiver that closes by itself has confirmed nothing, even without a reset', async () => {
  // Reads one chunk and says goodbye in good order, as one that is being stopped does.
  let sessions = 0;
  const server = createServer((socket) => {
    sessions += 1;
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => void server.close());
  await using chain = await chainWith([verdictOf('x1')]);
  const { shipper } = ship(chain, { port: (server.address() as AddressInfo).port, tls: false });
  await until(() => sessions >= 3);
  assert.equal(shipper.state.lag, 2);
  await shipper.close();
});

test('a receiver whose certificate is for another name, or from nobody known, gets nothing', async () => {
  await using receiver = await startSyslogReceiver(await ca.issue(['other.example']));
  await using chain = await chainWith();
  for (const caFile of [ca.certFile, null]) {
    const { shipper, changes } = ship(chain, { port: receiver.port, caFile });
    await until(() => changes.length > 0);
    await shipper.close();
  }
  assert.deepEqual(receiver.messages, []);
});

test('a slow receiver holds one page: nothing grows, and appends go on', async () => {
  await using receiver = await startSyslogReceiver(null);
  await using chain = await chainWith();
  receiver.pause(true);
  let read = 0;
  const source = {
    get size() {
      return chain.ledger.size;
    },
    get: (sequence: number) => chain.ledger.get(sequence),
    follow: (onWritten: () => void) => chain.ledger.follow(onWritten),
    async *stored(from: number, limit: number) {
      for await (const line of chain.ledger.stored(from, limit)) {
        read += 1;
        yield line;
      }
    },
  };
  // Long enough for all of it, which is more than two kernels hold: what stops it is the receiver, and not the end of a session.
  const times = { sessionMs: 3_000 };
  const { shipper } = ship({ ...chain, ledger: source as never }, { port: receiver.port, tls: false }, times, 'revealed');
  for (let i = 0; i < 3_000; i += 1) chain.ledger.note(verdictOf(`x${i}`, { reason: 'r'.repeat(8_000) }));
  await chain.ledger.flush();
  // Stuck is what has not moved for twenty looks: each is a turn of the loop in which it might have.
  let stuck = { read: -1, looks: 0 };
  await until(() => {
    stuck = stuck.read === read ? { read, looks: stuck.looks + 1 } : { read, looks: 0 };
    return read > 0 && stuck.looks === 20;
  });
  const before = process.memoryUsage().external;
  await new Promise((resolve) => setTimeout(resolve, 500));
  // What two kernels hold for one connection is some megabytes; the rest waits in the ledger.
  assert.ok(read === stuck.read && read < 2_000, `${stuck.read} then ${read} of ${chain.ledger.size} were read`);
  assert.ok(process.memoryUsage().external - before < 4 * 1024 * 1024);
  receiver.pause(false);
  await until(() => shipper.state.lag === 0);
  await shipper.close();
  assert.equal(new Set(receiver.messages.map(sequenceIn)).size, chain.ledger.size);
});

test('a receiver that takes nothing more is left, and tried again', async () => {
  await using receiver = await startSyslogReceiver(null);
  receiver.pause(true);
  await using chain = await chainWith();
  const { shipper, changes } = ship(chain, { port: receiver.port, tls: false }, { answerMs: 100 });
  await until(() => changes.length > 0);
  assert.match(changes[0] ?? '', /did not answer the end/);
  receiver.pause(false);
  await until(() => shipper.state.lag === 0);
  await shipper.close();
});
