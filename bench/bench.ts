// `make bench`: every scenario against every proxy that this machine has, in one run, as a table.
// usage: node bench/bench.ts [--rounds N] [--only interlock,squid,pipe,forwarder] [--scenario TEXT] [--json]

import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { newNames, STRIPE_HOST } from './bench-names.ts';
import { buildLoad, measure, type Measurement, type Target } from './load.ts';
import { startNginxOrigin } from './nginx-origin.ts';
import { startPeers } from './peers.ts';
import { findProgram } from './program.ts';
import { SCENARIOS, type Scenario } from './scenario.ts';
import { renderRow, verdictOf, figureOf, type Row } from './table.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    scenario: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const wanted = new Set(values.only.split(',').filter((name) => name !== ''));
const scenarios = SCENARIOS.filter((one) => one.name.includes(values.scenario));

for (const name of ['nginx', 'gcc']) {
  if (findProgram(name) === null) {
    process.stderr.write(`make bench needs ${name}; on Debian and Ubuntu: apt install nginx squid-openssl gcc libssl-dev\n`);
    process.exit(2);
  }
}
process.exitCode = await bench();

async function bench(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'interlock-bench-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const ca = stack.use(await createThrowawayCa('Interlock bench origins'));
  await buildLoad();
  const leaf = await ca.issue(['*.bench.test', STRIPE_HOST]);
  const origin = stack.use(await startNginxOrigin(findProgram('nginx') ?? 'nginx', folder, leaf));
  const names = newNames(namesNeeded());
  const peers = stack.use(await startPeers({ folder, ca, originPort: origin.port, newNames: names }, wanted));
  for (const missing of peers.missing) say(`not measured: ${missing}`);
  say(
    `${rounds} rounds, load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}\n`,
  );
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    const row = await measureRow(scenario, peers.targets, folder);
    rows.push(row);
    say(`${renderRow(row, rows)}\n`);
  }
  if (values.json)
    process.stdout.write(
      `${JSON.stringify(
        rows.map((row) => summary(row, rows)),
        null,
        2,
      )}\n`,
    );
  return rows.some((row) => verdictOf(row, rows).includes('MISSED')) ? 1 : 0;
}

/** Rounds outside, peers inside: a slow minute of the machine falls on all of them. The first round only warms up. */
async function measureRow(scenario: Scenario, targets: readonly Target[], folder: string): Promise<Row> {
  const found = new Map<Target, Measurement[]>(targets.map((target) => [target, []]));
  let number = 0;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [target, measurements] of found) {
      const result = await measure(target, scenario, folder, number);
      number += scenario.newConnectionEach ? scenario.connections * scenario.requests : 1_000_000;
      if (round > 0) measurements.push(result);
    }
  }
  return { scenario, cells: [...found].map(([target, measurements]) => ({ target, measurements })) };
}

/** Enough new names for every round of every peer. */
function namesNeeded(): number {
  const each = SCENARIOS.filter((one) => one.newConnectionEach).map((one) => one.connections * one.requests);
  return Math.max(0, ...each) * (rounds + 1) * 5;
}

function summary(row: Row, rows: readonly Row[]): unknown {
  return {
    scenario: row.scenario.name,
    verdict: verdictOf(row, rows),
    figures: Object.fromEntries(row.cells.map((cell) => [cell.target.name, figureOf(row, cell.target.name)])),
  };
}

function say(text: string): void {
  (values.json ? process.stderr : process.stdout).write(`${text}\n`);
}
