// kill -9 under load, many times: no request reached the origin without its verdict entry, and the chain holds after each kill.

import { setTimeout as delay } from 'node:timers/promises';
import { startInterlock } from '../test/support/interlock.ts';
import { startLoad } from '../test/support/keep-alive-load.ts';
import { startOrigin } from '../test/support/origin.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { expectFigure, type SoakCase } from './soak-case.ts';

const KILLS = Number(process.env['SOAK_KILLS'] ?? 200);
const START_MS = 5000;

export const kills: SoakCase = {
  name: `${KILLS} times kill -9 under load`,
  minutes: 8,
  async run(say) {
    await using ca = await createThrowawayCa();
    await using origin = await startOrigin({ leaf: await ca.issue(['app.e2e.test']), protocols: ['http/1.1'] });
    await using interlock = await startInterlock({
      caFiles: [ca.certFile],
      hosts: { 'app.e2e.test': origin.address },
      config: { log: { level: 'warn' } },
    });
    const agent = await interlock.addAgent('loader', { teams: ['engineering'] });
    let acted = 0;
    let slowest = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const load = await startLoad(interlock, interlock.login(agent.username, agent.token), 'app.e2e.test', `/kill/${round}`, 16);
      await delay(50 + Math.random() * 250);
      await interlock.kill9();
      await load.stop();
      const started = performance.now();
      await interlock.start();
      slowest = Math.max(slowest, performance.now() - started);
      const received = origin.received.splice(0).map((one) => one.target);
      const recorded = new Set(
        (await interlock.tail(10_000)).flatMap(({ body }) =>
          body.type === 'verdict' ? body.actions.map((action) => String(action.facts['path'])) : [],
        ),
      );
      const missing = received.filter((target) => !recorded.has(target));
      expectFigure(
        missing.length === 0,
        `after kill ${round} ${missing.length} of ${received.length} requests have no verdict entry: ${missing.slice(0, 3).join()}`,
      );
      const report = await interlock.verify();
      expectFigure(report.ok, `after kill ${round}: ${JSON.stringify(report.firstBad)}`);
      acted += received.length;
    }
    const report = await interlock.verify();
    say(`${acted} requests reached the origin over ${KILLS} kills, none without its entry`);
    say(
      `slowest start after a kill ${slowest.toFixed(0)} ms; ${report.entries} entries, chain ${report.ok ? 'holds' : 'does NOT hold'}, ${report.unfinished} unfinished`,
    );
    expectFigure(report.ok, JSON.stringify(report.firstBad));
    expectFigure(slowest < START_MS, `a start took ${slowest.toFixed(0)} ms`);
  },
};
