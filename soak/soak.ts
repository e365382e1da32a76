// `make soak`: the long tests, one after the other, with their figures.
// usage: node soak/soak.ts [NAME…]   (bodies, cuts, grants, kills, leaks, slow)

import { bodies } from './bodies.ts';
import { grants } from './grants.ts';
import { kills } from './kills.ts';
import { leaks } from './leaks.ts';
import { slowClients } from './slow-clients.ts';
import { powerCuts } from './power-cuts.ts';
import type { SoakCase } from './soak-case.ts';

const CASES: Readonly<Record<string, SoakCase>> = { bodies, grants, leaks, slow: slowClients, kills, cuts: powerCuts };

const names = process.argv.slice(2);
const unknown = names.filter((name) => CASES[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no such case: ${unknown.join(', ')}; there are ${Object.keys(CASES).join(', ')}\n`);
  process.exit(2);
}

let failed = 0;
for (const [name, soak] of Object.entries(CASES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  process.stdout.write(`${soak.name} (about ${soak.minutes} min)\n`);
  const started = performance.now();
  try {
    await soak.run((figure) => void process.stdout.write(`  ${figure}\n`));
    process.stdout.write(`  ✔ ${((performance.now() - started) / 1000).toFixed(0)} s\n\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`  ✘ ${error instanceof Error ? error.message : String(error)}\n\n`);
  }
}
process.exit(failed === 0 ? 0 : 1);
