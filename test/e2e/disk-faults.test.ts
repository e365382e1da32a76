// A real gateway on a disk that is slow, full, read-only or broken: nothing leaves unrecorded, nobody waits long, and it goes on by itself.
// And with a clock that is set while it runs.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { faultyDisk, faultyDiskLibrary } from '../support/faulty-disk.ts';
import type { FaultyDisk, Faults } from '../support/faulty-disk.ts';
import { type Interlock, startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { openTls, type RawAnswer, type RawConnection } from '../support/raw-connection.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

/** More than a sound disk takes on a busy machine: what it does between the faults must not reach it. */
const MAX_WAIT_MS = 2_000;
const FAULTS: ReadonlyArray<readonly [name: string, faults: Partial<Faults>]> = [
  ['slow', { syncMs: 60_000 }],
  ['full', { writes: 'ENOSPC', names: 'ENOSPC' }],
  ['read-only', { writes: 'EROFS', names: 'EROFS' }],
  ['broken at each sync', { syncs: 'EIO' }],
];

const skip = (await faultyDiskLibrary()) === null && 'needs Linux and gcc';

describe('a disk that fails', { skip }, async () => {
  if (skip !== false) return;
  const stack = new AsyncDisposableStack();
  after(() => stack.disposeAsync());
  const ca = stack.use(await createThrowawayCa());
  const origin = stack.use(await startOrigin({ leaf: await ca.issue(['app.e2e.test']), protocols: ['http/1.1'] }));
  let disk: FaultyDisk | undefined;
  const interlock = stack.use(
    await startInterlock({
      caFiles: [ca.certFile],
      hosts: { 'app.e2e.test': origin.address },
      config: { ledger: { maxWaitMillis: MAX_WAIT_MS } },
      async env(dataDir) {
        disk = stack.use(await faultyDisk(dataDir));
        return disk.env;
      },
    }),
  );
  const agent = await interlock.addAgent('worker', { teams: ['engineering'] });
  const set = (faults: Partial<Faults>): void => disk?.set(faults);
  const sent = async (connection: RawConnection, method: string, path: string): Promise<RawAnswer> => {
    connection.write(`${method} ${path} HTTP/1.1\r\nHost: app.e2e.test\r\nContent-Length: 0\r\n\r\n`);
    return connection.answer();
  };
  const open = (): Promise<RawConnection> => openTls(interlock, agent, 'app.e2e.test:443');

  for (const [name, faults] of FAULTS) {
    it(`${name}: refused in time with a clear word, nothing sent, health says so, and it goes on by itself`, async () => {
      using connection = await open();
      assert.equal((await sent(connection, 'POST', `/before/${name.slice(0, 4)}`)).status, 200);
      await waitFor(async () => ((await health(interlock)).lag === 0 ? true : undefined));
      origin.received.length = 0;
      set(faults);
      const began = performance.now();
      const refused = await sent(connection, 'POST', '/refused');
      const waited = performance.now() - began;
      assert.equal(refused.status, 503);
      assert.match(refused.body, /the ledger can not be written, so nothing is forwarded/);
      assert.ok(waited < MAX_WAIT_MS + 20_000, `${waited} ms`);
      assert.equal((await health(interlock)).ok, false);
      using second = await open();
      assert.equal((await sent(second, 'GET', '/refused-read')).status, 503);
      assert.deepEqual(origin.received.length, 0);
      set({});
      await waitFor(async () => ((await health(interlock)).ok ? true : undefined));
      using third = await open();
      assert.equal((await sent(third, 'POST', '/after')).status, 200);
      assert.deepEqual(
        origin.received.map(({ target }) => target),
        ['/after'],
      );
      await waitFor(async () => ((await interlock.verify()).unfinished === 0 ? true : undefined));
      const report = await interlock.verify();
      assert.deepEqual([report.ok, report.firstBad, report.unfinished], [true, null, 0]);
      const gap = (await interlock.bodies('gap')).at(-1);
      assert.ok(gap !== undefined && gap.refused >= 1);
      // What only the sync of failed is in the log all the same.
      assert.equal(gap.withdrawn !== undefined, name === 'slow' || faults.syncs !== undefined, JSON.stringify(gap));
    });
  }

  it('a clock that is set forward and back: requests go on in their order, and verify names both steps', async () => {
    using connection = await open();
    for (const clockSeconds of [0, 86_400, -3600, 0]) {
      set({ clockSeconds });
      assert.equal((await sent(connection, 'POST', `/clock/${clockSeconds}`)).status, 200);
    }
    const { ok, notes } = await interlock.verify();
    assert.equal(ok, true);
    const told = notes.flatMap((note) => /the clock was set (\w+) by (\d+) s/.exec(note)?.slice(1) ?? []);
    assert.deepEqual(told, ['forward', '86400', 'back', '90000', 'forward', '3600']);
  });
});

async function health(interlock: Interlock): Promise<{ readonly ok: boolean; readonly lag: number }> {
  const answer = await fetch(`${interlock.gateway.consoleUrl}/healthz`, { headers: { connection: 'close' } });
  const { ledger }: { ledger: { ok: boolean; lag: number } } = JSON.parse(await answer.text());
  assert.equal(answer.status, ledger.ok ? 200 : 503);
  return ledger;
}
