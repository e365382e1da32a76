// Ten thousand requests and two hundred that are given up half way: descriptors and memory come back.

import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { residentBytes } from '../bench/process-cpu.ts';
import { startInterlock } from '../test/support/interlock.ts';
import { startLoad } from '../test/support/keep-alive-load.ts';
import { startOrigin } from '../test/support/origin.ts';
import { openTls } from '../test/support/raw-connection.ts';
import { streamAnswer } from '../test/support/stream-answers.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { expectFigure, megabytes, type SoakCase } from './soak-case.ts';

const REQUESTS = 10_000;
const ABORTS = 200;

export const leaks: SoakCase = {
  name: `${REQUESTS} requests and ${ABORTS} aborts`,
  minutes: 2,
  async run(say) {
    await using ca = await createThrowawayCa();
    await using origin = await startOrigin({
      leaf: await ca.issue(['app.e2e.test']),
      protocols: ['http/1.1'],
      answer: streamAnswer,
    });
    await using interlock = await startInterlock({
      caFiles: [ca.certFile],
      hosts: { 'app.e2e.test': origin.address },
      config: { log: { level: 'warn' } },
    });
    const agent = await interlock.addAgent('worker', { teams: ['engineering'] });
    const { pid } = interlock.gateway;
    const descriptors = (): number => readdirSync(`/proc/${pid}/fd`).length;
    const rounds = async (requests: number, prefix: string): Promise<void> => {
      const load = await startLoad(interlock, agent, 'app.e2e.test', prefix, 16);
      while (load.answered.length < requests) await delay(50);
      await load.stop();
      origin.received.length = 0;
    };
    const aborts = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) {
        using connection = await openTls(interlock, agent, 'app.e2e.test:443');
        connection.write(`GET /down?bytes=5000000&${i} HTTP/1.1\r\nHost: app.e2e.test\r\n\r\n`);
        await delay(5);
      }
    };
    const look = async (): Promise<{ fds: number; memory: number }> => {
      await delay(8000);
      return { fds: descriptors(), memory: residentBytes(pid) };
    };
    // What the first ten thousand set up for good is not a leak: code, pools, and the room that V8 takes for young objects.
    await rounds(REQUESTS, '/warm');
    await aborts(ABORTS);
    const before = await look();
    await rounds(REQUESTS, '/work');
    await aborts(ABORTS);
    const after = await look();
    say(`descriptors ${before.fds} → ${after.fds}, memory ${megabytes(before.memory)} → ${megabytes(after.memory)}`);
    expectFigure(after.fds <= before.fds + 20, `${after.fds - before.fds} descriptors were not given back`);
    expectFigure(after.memory < before.memory + 50e6, `memory grew by ${megabytes(after.memory - before.memory)}`);
    expectFigure((await interlock.verify()).ok, 'the chain does not hold');
  },
};
