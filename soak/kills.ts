// kill -9 under load, many times: no request reached the origin without its verdict entry, and the chain holds after each kill.

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { VerifyReport } from '../src/record/verify-report.ts';
import { createControlClient } from '../src/serve/control-client.ts';
import { controlSocketPath } from '../src/serve/control-socket.ts';
import { type Interlock, startInterlock } from '../test/support/interlock.ts';
import { startLoad } from '../test/support/keep-alive-load.ts';
import { startOrigin } from '../test/support/origin.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { addRound, keepReport, loadReport, problemsOf, type KillReport } from './kill-report.ts';
import { expectFigure, type SoakCase } from './soak-case.ts';

const KILLS = 200;
const CONNECTIONS = 16;

export const kills: SoakCase = {
  name: 'kill -9 under load',
  minutes: 20,
  async run(say, { count = KILLS, progress, reportFile }) {
    await using ca = await createThrowawayCa();
    await using origin = await startOrigin({ leaf: await ca.issue(['app.e2e.test']), protocols: ['http/1.1'] });
    await using interlock = await startInterlock({
      caFiles: [ca.certFile],
      hosts: { 'app.e2e.test': origin.address },
      config: { log: { level: 'warn' } },
    });
    const agent = await interlock.addAgent('loader', { teams: ['engineering'] });
    await withSmallBundle(interlock);
    const report = loadReport(reportFile);
    const began = performance.now() - report.seconds * 1000;
    const operator = createControlClient(controlSocketPath(join(interlock.folder, 'data')));
    let before = await operator.verifyLedger({ kept: [] });
    while (report.kills < count) {
      const kill = report.kills;
      const login = interlock.login(agent.username, agent.token);
      const load = await startLoad(interlock, login, 'app.e2e.test', `/kill/${kill}`, CONNECTIONS, ['GET', 'POST']);
      await someMoment(() => load.answered.length);
      await interlock.kill9();
      await load.stop();
      report.slowestStartMs = Math.max(report.slowestStartMs, await startAgain(interlock));
      // With the checkpoint of the round before: a chain that is whole, and shorter than it was, would be found.
      const verified = await operator.verifyLedger({ kept: [{ source: `kill ${kill - 1}`, note: before.checkpoint }] });
      const entries = await operator.tailLedger(verified.entries - before.entries);
      const received = origin.received.splice(0).map(({ target }) => target);
      addRound(report, { kill, sent: load.sent, answered: load.answered, received, entries, verified }, before);
      before = verified;
      report.seconds = Math.round((performance.now() - began) / 1000);
      keepReport(reportFile, report);
      progress(progressLine(report, count));
      expectFigure(verified.ok, `the chain broke, so nothing after it can be told: ${JSON.stringify(verified.firstBad)}`);
    }
    await lastLook(interlock, before);
    sayFigures(report, say);
    expectFigure(problemsOf(report).length === 0, problemsOf(report).join('\n'));
    return report;
  },
};

/**
 * One in four by the clock from the first byte on, when the gateway may not have answered anything; the others behind the first answer, by the
 * clock or by the count of answers, so that there is something to lose on a busy machine as well.
 */
async function someMoment(answered: () => number): Promise<void> {
  const kind = Math.random();
  if (kind < 0.25) return delay(Math.random() * 400);
  const until = performance.now() + 5000;
  const enough = kind < 0.6 ? 1 : 1 + Math.floor(Math.random() * 400);
  while (answered() < enough && performance.now() < until) await delay(Math.random() * 4);
  if (kind < 0.6) await delay(Math.random() * 400);
}

/** Only what plain requests are judged by: compiling the rest is a third of each start, and nothing here is decided by it. */
async function withSmallBundle(interlock: Interlock): Promise<void> {
  const { policiesDir } = interlock;
  await interlock.gateway.stop();
  const schema = join(policiesDir, 'schema.cedarschema');
  const [general = ''] = (await readFile(schema, 'utf8')).split('// ---- email ----');
  const entities = join(policiesDir, 'entities.json');
  const known: Array<{ uid: { type: string } }> = JSON.parse(await readFile(entities, 'utf8'));
  for (const name of await readdir(policiesDir))
    if (name !== 'http.cedar') await rm(join(policiesDir, name), { recursive: true });
  await writeFile(schema, general);
  await writeFile(join(policiesDir, 'constraints.yaml'), '');
  await writeFile(entities, JSON.stringify(known.filter(({ uid }) => ['Host', 'Team', 'Group'].includes(uid.type))));
  await interlock.start();
}

async function startAgain(interlock: Interlock): Promise<number> {
  const started = performance.now();
  await interlock.start();
  return Math.round(performance.now() - started);
}

/** Stopped in order, and verified by a process that had no part in it. */
async function lastLook(interlock: Interlock, { checkpoint, entries }: VerifyReport): Promise<void> {
  await interlock.gateway.stop();
  const last = await interlock.verify();
  expectFigure(last.ok && last.entries > entries, `the last look by the command: ${JSON.stringify(last.firstBad)}`);
  expectFigure(checkpoint !== last.checkpoint, 'the stop is no entry');
}

function progressLine(report: KillReport, count: number): string {
  const problems = problemsOf(report);
  return `${report.kills} of ${count} kills, ${report.seconds} s, ${report.received} of ${report.sent} requests received, ${
    problems.length === 0 ? 'nothing failed' : problems.join('; ')
  }`;
}

function sayFigures(report: KillReport, say: (figure: string) => void): void {
  const { kills: done, sent, answered, received, verdicts, outcomes, unfinished, unfinishedReceived, entries } = report;
  say(`${done} kills: ${sent} requests sent, ${received} received by the origin, ${answered} answered to the end`);
  say(
    `${verdicts} verdict entries; ${report.receivedWithoutVerdict.length} received requests have none, ${report.receivedTwice.length} were received twice`,
  );
  say(
    `${outcomes} outcomes; verify names the ${unfinished} that the kills took, ${unfinishedReceived} of them of requests that the origin received`,
  );
  say(
    `${entries} entries, the chain and the checkpoint of the round before hold after each kill; slowest start ${report.slowestStartMs} ms`,
  );
}
