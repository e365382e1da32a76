// Clients that never finish what they began: each is cut off in time, and others are served meanwhile.

import { startInterlock } from '../test/support/interlock.ts';
import { curl } from '../test/support/agent-client.ts';
import { startOrigin } from '../test/support/origin.ts';
import { openProxy, openTls, openTunnel, proxyAuthorization, type RawConnection } from '../test/support/raw-connection.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { streamAnswer } from '../test/support/stream-answers.ts';
import { watchMemory } from './memory-watch.ts';
import { expectFigure, megabytes, type SoakCase } from './soak-case.ts';

const CUT_MS = 35_000;
/** A body that is to be judged may take two minutes in all, looked at every ten seconds: a slow link is no attack. */
const WHOLE_BODY_MS = 50_000;
const BYSTANDER_MS = 2500;

const SLOW_REFUND =
  'POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\n';

export const slowClients: SoakCase = {
  name: 'slow and idle clients',
  minutes: 3,
  async run(say) {
    await using ca = await createThrowawayCa();
    await using origin = await startOrigin({ leaf: await ca.issue(['app.e2e.test', 'api.stripe.com']), answer: streamAnswer });
    await using interlock = await startInterlock({
      caFiles: [ca.certFile],
      hosts: { 'app.e2e.test': origin.address, 'api.stripe.com': origin.address },
      config: { log: { level: 'warn' } },
    });
    const agent = await interlock.addAgent('snail', { teams: ['engineering'] });
    const other = await interlock.addAgent('bystander', { teams: ['engineering'] });
    const memory = watchMemory(interlock.gateway.pid);
    const dripping = (connection: RawConnection, text: string): RawConnection => {
      let at = 0;
      const timer = setInterval(
        () => (at < text.length && !connection.socket.destroyed ? connection.write(text.charAt(at++)) : clearInterval(timer)),
        1000,
      );
      timer.unref();
      return connection;
    };
    const SLOW: readonly (readonly [name: string, open: () => Promise<RawConnection>, limitMs?: number])[] = [
      ['says nothing', () => openProxy(interlock)],
      [
        'CONNECT, a byte a second',
        async () => dripping(await openProxy(interlock), `CONNECT app.e2e.test:443 HTTP/1.1\r\n${'X: y\r\n'.repeat(50)}`),
      ],
      ['no ClientHello', () => openTunnel(interlock, agent, 'app.e2e.test:443')],
      [
        'half a ClientHello',
        async () => begun(await openTunnel(interlock, agent, 'app.e2e.test:443'), Buffer.from([22, 3, 1, 2, 0, 1])),
      ],
      [
        'head, a byte a second',
        async () =>
          dripping(
            await openTls(interlock, agent, 'app.e2e.test:443'),
            `GET / HTTP/1.1\r\nHost: app.e2e.test\r\n${'X: y\r\n'.repeat(50)}`,
          ),
      ],
      // A body that nobody judges may stream as slowly as its origin takes it (gRPC does); one that is held for judging may not.
      [
        'body to be judged, a byte a second',
        async () => dripping(begun(await openTls(interlock, agent, 'api.stripe.com:443'), SLOW_REFUND), 'x'.repeat(500)),
        WHOLE_BODY_MS,
      ],
      [
        'body to be judged, half of it',
        async () => begun(await openTls(interlock, agent, 'api.stripe.com:443'), `${SLOW_REFUND}half`),
        45_000,
      ],
      [
        'absolute form, a byte a second',
        async () =>
          dripping(
            await openProxy(interlock),
            `GET http://app.e2e.test/ HTTP/1.1\r\n${proxyAuthorization(agent)}${'X: y\r\n'.repeat(50)}`,
          ),
      ],
    ];
    const started = performance.now();
    const waits = SLOW.map(async ([name, open, limitMs = CUT_MS]) => {
      const connection = await open();
      await connection.rest(limitMs + 10_000);
      const seconds = (performance.now() - started) / 1000;
      connection.socket.destroy();
      return { name, seconds, limitMs };
    });
    const idle = await Promise.all(Array.from({ length: 600 }, () => openProxy(interlock).catch(() => null)));
    let slowest = 0;
    for (let i = 0; i < 10; i += 1) {
      const asked = performance.now();
      const answer = await curl(other, ['https://app.e2e.test/bystander']);
      expectFigure(answer.status === 200, `a bystander got ${answer.status}: ${answer.stderr}`);
      slowest = Math.max(slowest, performance.now() - asked);
    }
    say(`with 600 idle connections and ${SLOW.length} slow ones, a bystander waited at most ${slowest.toFixed(0)} ms`);
    for (const { name, seconds, limitMs } of await Promise.all(waits)) {
      say(`${name}: cut off after ${seconds.toFixed(1)} s`);
      expectFigure(seconds * 1000 < limitMs, `“${name}” was still open after ${seconds.toFixed(0)} s`);
    }
    for (const connection of idle) connection?.socket.destroy();
    const peak = memory.stop();
    say(`memory ${megabytes(memory.before)} → at most ${megabytes(peak)}`);
    expectFigure(slowest < BYSTANDER_MS, `a bystander waited ${slowest.toFixed(0)} ms`);
    expectFigure(peak - memory.before < 300e6, `memory grew by ${megabytes(peak - memory.before)}`);
  },
};

function begun(connection: RawConnection, bytes: string | Buffer): RawConnection {
  connection.write(bytes);
  return connection;
}
