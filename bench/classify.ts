// `make bench-classify`: what it costs to recognise and classify a request, for every provider's operations, and what the worst body costs.
// usage: node bench/classify.ts [--only PROVIDER] [--json]

import { parseArgs } from 'node:util';
import { recognise } from '../src/classify/registry.ts';
import type { InspectedBody } from '../src/http/inspected-body.ts';
import { endpoints } from '../test/support/fixture-folders.ts';
import { readFixture, type FixtureRequest } from '../test/support/fixture-request.ts';
import { type HostileBody, hostileBodies } from '../test/support/hostile-bodies.ts';
import { median } from './table.ts';

/** Classifying a body under 10 KB, SQL parsing aside. */
const TARGET_MICROS = 100;
/** How long one request may hold the event loop. */
const TARGET_HELD_MS = 20;
const HOSTILE_BYTES = 1024 * 1024;
const BATCHES = 5;
const BATCH_MS = 4;
/** Endpoints of each provider that get the hostile bodies: the readers behind them are few. */
const HOSTILE_ENDPOINTS = 1;

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } } });

interface Measured {
  readonly provider: string;
  readonly operation: string;
  readonly micros: number;
}

interface Held {
  readonly provider: string;
  readonly operation: string;
  readonly body: string;
  readonly heldMs: number;
}

const typeOf = ({ view }: FixtureRequest): string => view.headers.all('content-type').join();
const all = await endpoints(readFixture, typeOf, Number.POSITIVE_INFINITY);
const calls = all.filter(({ folder }) => values.only === '' || folder === values.only);
const measured: Measured[] = [];
for (const { folder, name, fixture } of calls) {
  const { need } = recognise(fixture.view);
  const body = await fixture.inspect(need);
  measured.push({ provider: folder, operation: name, micros: cost(fixture, body) });
}
const bodies = hostileBodies(HOSTILE_BYTES);
const held = [...Map.groupBy(calls, ({ folder }) => folder).values()]
  .flatMap((own) => own.slice(0, HOSTILE_ENDPOINTS))
  .map((call) => worst(call.folder, call.name, call.fixture, bodies))
  .toSorted((a, b) => b.heldMs - a.heldMs);
if (values.json) process.stdout.write(`${JSON.stringify({ measured, held }, null, 2)}\n`);
else print();
process.exitCode = measured.some(({ micros }) => micros > TARGET_MICROS) || (held[0]?.heldMs ?? 0) > TARGET_HELD_MS ? 1 : 0;

/** CPU µs of one recognise and classify, the least of several batches: what else runs on the machine only ever adds. */
function cost({ view }: FixtureRequest, body: InspectedBody): number {
  const run = (times: number): number => {
    const before = process.threadCpuUsage();
    for (let i = 0; i < times; i += 1) recognise(view).classify(body);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / times;
  };
  const times = Math.max(20, Math.ceil((BATCH_MS * 1000) / Math.max(1, run(200))));
  return median(
    Array.from({ length: BATCHES }, () => run(times))
      .toSorted((a, b) => a - b)
      .slice(0, 5),
  );
}

/** CPU ms of the event loop's thread for the dearest body, the lesser of two tries each (collecting garbage in other threads holds nothing up). */
function worst(provider: string, operation: string, fixture: FixtureRequest, from: readonly HostileBody[]): Held {
  let found: Held = { provider, operation, body: 'none', heldMs: 0 };
  for (const { name, bytes } of from) {
    const heldMs = Math.min(once(fixture, bytes), once(fixture, bytes));
    if (heldMs > found.heldMs) found = { provider, operation, body: name, heldMs };
  }
  return found;
}

function once({ view }: FixtureRequest, bytes: Buffer): number {
  const recognised = recognise({ ...view, hasBody: true });
  const before = process.threadCpuUsage();
  const { need } = recognised;
  const size = need.kind === 'prefix' ? need.measure(bytes) : bytes.length;
  const body =
    typeof size === 'number' && need.kind !== 'none'
      ? { bytes: bytes.subarray(0, size), problem: null }
      : { bytes: Buffer.alloc(0), problem: need.kind === 'none' ? null : 'unread' };
  recognised.classify(body);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function print(): void {
  process.stdout.write(`${'provider'.padEnd(28)}operations   median      dearest\n`);
  for (const [provider, rows] of Map.groupBy(measured, (one) => one.provider)) {
    const dearest = rows.toSorted((a, b) => b.micros - a.micros)[0];
    const middle = median(rows.map(({ micros }) => micros));
    const mark = (dearest?.micros ?? 0) > TARGET_MICROS ? '  MISSED' : '';
    process.stdout.write(
      `${provider.padEnd(28)}${String(rows.length).padStart(10)}${`${middle.toFixed(1)} µs`.padStart(11)}${`${dearest?.micros.toFixed(1)} µs`.padStart(11)}  ${dearest?.operation}${mark}\n`,
    );
  }
  process.stdout.write(`\na hostile body of 1 MiB holds the event loop for at most (target ${TARGET_HELD_MS} ms)\n`);
  for (const one of held.slice(0, 25))
    process.stdout.write(`${one.heldMs.toFixed(1).padStart(8)} ms  ${one.provider} ${one.operation}: ${one.body}\n`);
}
