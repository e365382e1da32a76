// `make bench-classify`: what it costs to recognise and classify a request, for every provider's operations, and what the worst body costs.
// usage: node bench/classify.ts [--only PROVIDER] [--json]

import { parseArgs } from 'node:util';
import { recognise } from '../src/classify/registry.ts';
import { fixtureFiles } from '../test/support/fixture-folders.ts';
import { readFixture } from '../test/support/fixture-request.ts';
import { hostileBodies } from '../test/support/hostile-bodies.ts';
import { classifyMicros, type Held, holdMs, type Patience } from './classify-cost.ts';
import { hostileRequests } from './hostile-requests.ts';
import { median } from './table.ts';

/** Classifying a body under 10 KB that is one operation, SQL parsing aside; and each item of one that is nothing but items. */
const TARGET_MICROS = 100;
const LISTED_MICROS = 50;
/** How long one request may hold the event loop. */
const TARGET_HELD_MS = 20;
const CROWDED_BYTES = 10_000;
const HOSTILE_BYTES = 1024 * 1024;
/** What is just below a reader's limit costs more than what is above it. */
const HOSTILE_SIZES = [16, 48, 96, 192, 512, 1024].map((kib) => kib * 1024);
const LISTED_HELD = 40;
/** For the table; what is dear in it is looked at again, longer. */
const GLANCE: Patience = { warm: 30, batches: 5, batchMicros: 150 };
const LOOK: Patience = { warm: 30, batches: 12, batchMicros: 400 };

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } } });

interface Measured {
  readonly provider: string;
  readonly operation: string;
  readonly bytes: number;
  /** SQL is parsed for it. */
  readonly sql: boolean;
  readonly micros: number;
}

interface Crowded {
  readonly provider: string;
  readonly operation: string;
  readonly items: number;
  readonly micros: number;
}

interface Hostile extends Held {
  readonly provider: string;
  readonly body: string;
}

const wanted = (provider: string): boolean => values.only === '' || provider === values.only;
const calls = fixtureFiles().filter(({ folder, name }) => name.startsWith('hit-') && wanted(folder));
const measured = await measuredCalls();
const crowded = await crowdedBodies();
const held = [...(await sweep()), ...(await named())].toSorted((a, b) => b.heldMs - a.heldMs);
if (values.json) process.stdout.write(`${JSON.stringify({ measured, crowded, held }, null, 2)}\n`);
else print();
process.exitCode = measured.some(missed) || crowded.some(missedEach) || (held[0]?.heldMs ?? 0) > TARGET_HELD_MS ? 1 : 0;

function missed({ sql, micros }: Measured): boolean {
  return !sql && micros > TARGET_MICROS;
}

function missedEach({ items, micros }: Crowded): boolean {
  return micros / items > TARGET_MICROS;
}

async function measuredCalls(): Promise<Measured[]> {
  // Compiled before the first of them is measured, or it would look dear.
  for (const { url } of calls) await warmedUp(url);
  const found: Measured[] = [];
  let provider = '';
  for (const { folder, name, url } of calls) {
    if (folder !== provider) progress(folder);
    provider = folder;
    const fixture = await readFixture(url);
    const { need } = recognise(fixture.view);
    const body = await fixture.inspect(need);
    const glance = classifyMicros(fixture, body, GLANCE);
    const micros = glance > LISTED_MICROS * 0.8 ? classifyMicros(fixture, body, LOOK) : glance;
    const { actions } = recognise(fixture.view).classify(body);
    const sql = actions.some(({ facts }) => 'dialect' in facts || 'statementCount' in facts);
    found.push({ provider: folder, operation: name, bytes: body.bytes.length, sql, micros });
  }
  return found;
}

async function warmedUp(url: URL): Promise<void> {
  const fixture = await readFixture(url);
  classifyMicros(fixture, await fixture.inspect(recognise(fixture.view).need), { warm: 20, batches: 1, batchMicros: 1 });
}

/** Bodies of 10 KB that are nothing but items, as a client's bulk requests are. */
async function crowdedBodies(): Promise<Crowded[]> {
  const requests = await hostileRequests(CROWDED_BYTES);
  return requests
    .filter(({ provider }) => wanted(provider))
    .map(({ provider, name, request, body, items }) => {
      progress(`${provider}: ${name}`);
      const fixture = request();
      const micros = classifyMicros(
        { ...fixture, view: { ...fixture.view, hasBody: true } },
        { bytes: body, problem: null },
        LOOK,
      );
      return { provider, operation: name, items, micros };
    })
    .toSorted((a, b) => b.micros - a.micros);
}

/** One endpoint of each provider gets every hostile body: the readers behind its others are the same. */
async function sweep(): Promise<Hostile[]> {
  const bodies = hostileBodies(HOSTILE_BYTES);
  const worst: Hostile[] = [];
  for (const [folder, [first]] of Map.groupBy(calls, (call) => call.folder)) {
    progress(`${folder}, hostile bodies`);
    if (first === undefined) continue;
    const fixture = await readFixture(first.url);
    const held = bodies.map(({ name, bytes }) => ({ provider: folder, body: name, ...holdMs(() => fixture, bytes) }));
    worst.push(...held.toSorted((a, b) => b.heldMs - a.heldMs).slice(0, 1));
  }
  return worst;
}

/** Requests that are made for the reader that is behind them, in the size that costs most: what is over a limit is often cheap. */
async function named(): Promise<Hostile[]> {
  const worst = new Map<string, Hostile>();
  for (const size of HOSTILE_SIZES) {
    const requests = await hostileRequests(size);
    for (const { provider, name, request, body } of requests.filter((one) => wanted(one.provider))) {
      progress(`${provider}: ${name}`);
      const key = `${provider} ${name}`;
      const found = { provider, body: `${name} in ${size / 1024} KiB`, ...holdMs(request, body) };
      if (found.heldMs > (worst.get(key)?.heldMs ?? 0)) worst.set(key, found);
    }
  }
  return [...worst.values()];
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function print(): void {
  progress('');
  process.stdout.write(`${'provider'.padEnd(28)}operations     median     dearest\n`);
  for (const [provider, rows] of Map.groupBy(measured, (one) => one.provider)) {
    const dearest = rows.toSorted((a, b) => b.micros - a.micros)[0];
    if (dearest === undefined) continue;
    const middle = median(rows.map(({ micros }) => micros));
    const figures = `${String(rows.length).padStart(10)}${microsText(middle)}${microsText(dearest.micros)}`;
    process.stdout.write(`${provider.padEnd(28)}${figures}  ${operationText(dearest)}\n`);
  }
  process.stdout.write(`\nabove ${LISTED_MICROS} µs (target ${TARGET_MICROS} µs, SQL aside)\n`);
  for (const one of measured.filter(({ micros }) => micros > LISTED_MICROS).toSorted((a, b) => b.micros - a.micros))
    process.stdout.write(`${microsText(one.micros)}  ${one.provider} ${operationText(one)}, ${one.bytes} bytes\n`);
  process.stdout.write(`\nbodies of 10 KB that are nothing but items: an item, the body (target ${TARGET_MICROS} µs an item)\n`);
  for (const one of crowded) {
    const { provider, operation, items, micros } = one;
    const each = `${(micros / items).toFixed(2)} µs`.padStart(10);
    process.stdout.write(`${each}${microsText(micros)}  ${provider}: ${items} ${operation}${missedEach(one) ? ' MISSED' : ''}\n`);
  }
  process.stdout.write(`\nhostile bodies of 1 MiB that hold the event loop longest (target ${TARGET_HELD_MS} ms)\n`);
  for (const one of held.slice(0, LISTED_HELD)) process.stdout.write(`${heldText(one)}\n`);
}

function microsText(micros: number): string {
  return `${micros.toFixed(1)} µs`.padStart(12);
}

function operationText(one: Measured): string {
  return `${one.operation.replace(/^hit-/, '')}${one.sql ? ' (SQL)' : ''}${missed(one) ? ' MISSED' : ''}`;
}

function heldText({ heldMs, provider, body, actions, inspected }: Hostile): string {
  const outcome = inspected ? `${actions} actions` : 'not inspected';
  return `${heldMs.toFixed(1).padStart(8)} ms  ${provider}: ${body} (${outcome})${heldMs > TARGET_HELD_MS ? ' MISSED' : ''}`;
}
