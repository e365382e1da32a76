// `make soak`: the long tests, one after the other, with their figures.
// usage: node soak/soak.ts [--count N] [--json] [--report FILE] [NAME…]   (bodies, cuts, folder-cuts, grants, kills, leaks, slow)
//   --count N      that many kills or cuts
//   --json         at the end one JSON object a case on standard output, and the figures on standard error
//   --report FILE  what `kills` has so far; where there is one already it goes on from that, up to its count

import { parseArgs } from 'node:util';
import { bodies } from './bodies.ts';
import { folderCuts } from './folder-cuts.ts';
import { grants } from './grants.ts';
import { kills } from './kills.ts';
import { leaks } from './leaks.ts';
import { slowClients } from './slow-clients.ts';
import { powerCuts } from './power-cuts.ts';
import type { SoakCase } from './soak-case.ts';

const CASES: Readonly<Record<string, SoakCase>> = {
  bodies,
  grants,
  leaks,
  slow: slowClients,
  kills,
  cuts: powerCuts,
  'folder-cuts': folderCuts,
};

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, json: { type: 'boolean' }, report: { type: 'string' } },
});
const unknown = names.filter((name) => CASES[name] === undefined);
const count = values.count === undefined ? undefined : Number(values.count);
if (unknown.length > 0 || (count !== undefined && !(Number.isSafeInteger(count) && count > 0))) {
  process.stderr.write(
    unknown.length > 0
      ? `no such case: ${unknown.join(', ')}; there are ${Object.keys(CASES).join(', ')}\n`
      : '--count wants a number of at least 1\n',
  );
  process.exit(2);
}

const asJson = values.json === true;
const tell = (line: string): void => void (asJson ? process.stderr : process.stdout).write(`${line}\n`);
let failed = 0;
for (const [name, soak] of Object.entries(CASES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  tell(`${soak.name} (about ${soak.minutes} min)`);
  const started = performance.now();
  const figures: string[] = [];
  const say = (figure: string): void => {
    figures.push(figure);
    tell(`  ${figure}`);
  };
  let problem: string | null = null;
  let report: unknown;
  try {
    report = await soak.run(say, {
      progress: (line) => void process.stderr.write(`  ${line}\n`),
      count,
      reportFile: values.report,
    });
  } catch (error) {
    failed += 1;
    problem = error instanceof Error ? error.message : String(error);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  tell(problem === null ? `  ✔ ${seconds} s\n` : `  ✘ ${problem}\n`);
  if (asJson)
    process.stdout.write(`${JSON.stringify({ case: name, ok: problem === null, problem, seconds, figures, report })}\n`);
}
process.exit(failed === 0 ? 0 : 1);
