// `make bench-decide`: what a decision costs as a bundle grows, what checking it costs, and what a reload does to the deciding thread.
// usage: node bench/decide.ts [--policies N]… [--no-reload] [--json]

import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { openBudgetBook } from '../src/budget/budget-book.ts';
import type { BudgetMeter } from '../src/budget/meter.ts';
import { checkFiles } from '../src/decide/bundle.ts';
import type { Bundle } from '../src/decide/bundle.ts';
import type { BundleFiles } from '../src/decide/bundle-files.ts';
import { createBundleJudge } from '../src/decide/bundle-judge.ts';
import { createEngineSlots } from '../src/decide/engine-slots.ts';
import type { Judge } from '../src/decide/judge.ts';
import { sliceTexts } from '../src/decide/slices.ts';
import { memoryLedger } from '../test/support/memory-ledger.ts';
import { longestPieces, reloadUnderTraffic } from './reload.ts';
import type { Pieces, Reloaded } from './reload.ts';
import { askerOf, NOBODY, requestTo, wideBundle } from './wide-bundle.ts';

const UNCACHED_MICROS = 60;
const CACHED_MICROS = 5;
/** What a piece of a new bundle may hold the deciding thread for. */
const PIECE_MS = 5;
/** µs; shorter than a time slice of the kernel's, so that one of many batches is not interrupted. */
const BATCH_MICROS = 500;
const BATCHES = 200;
const WARM = 400;
const WARM_BATCHES = 10;

const COUNTED_POLICIES = 100;
const COUNTED = `
@id("budget")
@reason("It is a policy of the bench.")
forbid(principal, action == Action::"http.write", resource) when { context.budget.writes > 1000000000 };
`;

const { values } = parseArgs({
  options: {
    policies: { type: 'string', multiple: true, default: ['100', '1000', '10000'] },
    'no-reload': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Measured {
  readonly policies: number;
  readonly action: string;
  readonly uncachedMicros: number;
  readonly cachedMicros: number;
}

const sizes = values.policies.map(Number);
const largest = Math.max(...sizes);
const measured: Measured[] = [];
const checks: { readonly policies: number; readonly seconds: number; readonly slices: number }[] = [];
let pieces: Pieces | null = null;
for (const size of sizes) {
  const start = performance.now();
  const bundle = checked(wideBundle(size));
  checks.push({ policies: size, seconds: (performance.now() - start) / 1000, slices: bundle.slices.list.length });
  measured.push(...decisions(size, bundle));
  if (size === largest) pieces = longestPieces(bundle);
}
const budgeted = await countedDecisions();
const reloaded = values['no-reload'] ? null : await reloadUnderTraffic(largest);
if (values.json) process.stdout.write(`${JSON.stringify({ measured, budgeted, checks, pieces, reloaded }, null, 2)}\n`);
else print(reloaded);
const dear =
  budgeted.judgedMicros > UNCACHED_MICROS ||
  measured.some((one) => one.uncachedMicros > UNCACHED_MICROS || one.cachedMicros > CACHED_MICROS);
process.exitCode = dear || (pieces !== null && Math.max(pieces.preparsedMs, pieces.readMs) > PIECE_MS) ? 1 : 0;

function checked(files: BundleFiles): Bundle {
  const { bundle, findings } = checkFiles(files);
  if (bundle === null) throw new Error(findings.map((finding) => finding.message).join('\n'));
  return bundle;
}

function judgeOf(bundle: Bundle, meter: BudgetMeter | null = null): Judge {
  const slots = createEngineSlots();
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  return createBundleJudge(bundle, slots, generation, NOBODY, meter);
}

/** µs of one run: the least of many short batches by the clock, each run with a question of its own. */
function microsOf(once: (i: number) => void): number {
  let runs = 0;
  const batch = (times: number): number => {
    const before = performance.now();
    for (let i = 0; i < times; i += 1) once((runs += 1));
    return ((performance.now() - before) * 1000) / times;
  };
  const least = (length: number, times: number): number => Math.min(...Array.from({ length }, () => batch(times)));
  return least(BATCHES, Math.ceil(BATCH_MICROS / least(WARM_BATCHES, WARM)));
}

function decisions(policies: number, bundle: Bundle): Measured[] {
  const judge = judgeOf(bundle);
  const asker = askerOf(7);
  const ask = (action: string, path: string): string => judge.judge(asker, [requestTo(7, action, path)]).verdict;
  return ['http.read', 'http.write'].map((action) => {
    if (ask(action, '/v1/orders/0') !== 'ALLOW' || ask(action, '/admin/x') !== 'BLOCK')
      throw new Error(`${action} is judged wrongly`);
    const uncachedMicros = microsOf((i) => void ask(action, `/v1/orders/${i}`));
    const cachedMicros = microsOf(() => void ask(action, '/v1/orders/0'));
    return { policies, action, uncachedMicros, cachedMicros };
  });
}

interface Budgeted {
  readonly judgedMicros: number;
  /** With what is used reserved and settled; the writing of it is left out. */
  readonly reservedMicros: number;
}

/** Of a write that a budget counts: what is used differs each time, so nothing of it is remembered. */
async function countedDecisions(): Promise<Budgeted> {
  const files = wideBundle(COUNTED_POLICIES);
  const bundle = checked({
    ...files,
    budgets: 'writes:\n  of: http.write\n  measure: count\n  per: agent\n  window: sliding 1h\n',
    policies: new Map([...files.policies, ['budget.cedar', COUNTED]]),
  });
  const book = await openBudgetBook({ ledger: memoryLedger() });
  const judge = judgeOf(bundle, book);
  const asker = askerOf(7);
  const ask = () => judge.judge(asker, [requestTo(7, 'http.write', '/v1/orders/0')]).budget;
  const judgedMicros = microsOf(() => void ask());
  const reservedMicros = microsOf((i) => {
    const use = ask();
    if (use === undefined) throw new Error('the budget does not count');
    book.reserve(`x${i}`, use);
    book.settle(`x${i}`, 'spent');
  });
  return { judgedMicros, reservedMicros };
}

function print(outcome: Reloaded | null): void {
  const load = loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');
  const line = (text: string): void => void process.stdout.write(`${text}\n`);
  line(`load average ${load}\n`);
  line(`policies  action        uncached      cached   (targets ${UNCACHED_MICROS} and ${CACHED_MICROS} µs)`);
  for (const { policies, action, uncachedMicros, cachedMicros } of measured) {
    const missed = uncachedMicros > UNCACHED_MICROS || cachedMicros > CACHED_MICROS;
    const figures = `${uncachedMicros.toFixed(1).padStart(9)} µs${cachedMicros.toFixed(2).padStart(9)} µs`;
    line(`${String(policies).padStart(8)}  ${action.padEnd(11)}${figures}${missed ? '  MISSED' : ''}`);
  }
  const { judgedMicros, reservedMicros } = budgeted;
  line(
    `${String(COUNTED_POLICIES).padStart(8)}  ${'a budget'.padEnd(11)}${judgedMicros.toFixed(1).padStart(9)} µs  (${reservedMicros.toFixed(1)} µs with what is used reserved and settled)`,
  );
  line('\npolicies  checked in  sets');
  for (const { policies, seconds, slices } of checks)
    line(`${String(policies).padStart(8)}${seconds.toFixed(2).padStart(10)} s${String(slices).padStart(6)}`);
  if (pieces !== null)
    line(`\nlongest piece of ${largest}: preparsed ${pieces.preparsedMs.toFixed(1)} ms, read ${pieces.readMs.toFixed(1)} ms`);
  if (outcome === null) return;
  const { seconds, cpuSeconds, decided, longest, quiet } = outcome;
  line(`\nreload of ${largest} under traffic: ${seconds.toFixed(1)} s, ${decided} decisions meanwhile`);
  line(`  CPU of the deciding thread, its traffic included: ${cpuSeconds.toFixed(1)} s`);
  for (const [when, { max, p999, cpu }] of [
    ['meanwhile', longest],
    ['with nothing loaded', quiet],
  ] as const)
    line(
      `  ${when}: event loop held for at most ${max.toFixed(1)} ms (99.9 % ${p999.toFixed(1)} ms), CPU of a turn ${cpu.toFixed(1)} ms`,
    );
}
