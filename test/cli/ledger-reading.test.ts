// `interlock ledger search|stats|tail|follow|export`: filters reach the gateway, pages are put together, and readers set the pace.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Entry } from '../../src/record/entry.ts';
import { verdictOf } from '../record/sample-bodies.ts';
import { waitFor } from '../support/wait-for.ts';
import { type FakeCli, fakeCli } from './fake-cli.ts';

function entries(count: number): Entry[] {
  return Array.from({ length: count }, (_, sequence) => ({
    version: 1,
    sequence,
    time: new Date(Date.UTC(2026, 0, 1, sequence)).toISOString(),
    previous: '0'.repeat(64),
    body: verdictOf(`x${sequence}`, { agent: sequence % 2 === 0 ? 'even' : 'odd', reason: 'why \u001b[2J' }),
  }));
}

function filled(count: number, options: Parameters<typeof fakeCli>[0] = {}): FakeCli {
  const it = fakeCli(options);
  it.operator.entries = entries(count);
  return it;
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'interlock-cli-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('search takes as many pages as it needs, and says where to go on', async () => {
  const it = filled(20);
  assert.equal(await it.run('ledger', 'search', '--agent', 'even', '--limit', '5', '--text', 'x', '--json'), 0);
  const found: { entries: Array<{ id: string; outcome: null }>; next: number } = Object(it.json());
  assert.deepEqual(
    found.entries.map(({ id }) => id),
    ['18', '16', '14', '12', '10'],
  );
  assert.equal(found.next, 10);
  assert.deepEqual(Object(it.operator.calls[0]).filter, { agent: ['even'] });
  const more = filled(20);
  await more.run('ledger', 'search', '--agent', 'even', '--cursor', '10', '--limit', '9');
  assert.match(more.out(), /^ID +TIME +VERDICT +AGENT/);
  assert.match(more.out(), /\n8 .*\n6 .*\n4 .*\n2 .*\n0 /);
  assert.ok(!more.out().includes('\u001b'));
  assert.equal(more.err(), '');
});

test('a filter that can find nothing is a usage error, and several values are one filter', async () => {
  for (const args of [
    ['--verdict', 'BLOK'],
    ['--type', 'verdicts'],
    ['--since', 'yesterday'],
    ['--limit', '0'],
    ['--cursor', '-1'],
  ])
    assert.equal(await filled(1).run('ledger', 'search', ...args), 2, args.join(' '));
  const it = filled(4);
  await it.run('ledger', 'search', '--verdict', 'BLOCK,WAIT', '--verdict', 'ALLOW', '--policy', 'p', '--user', 'u');
  assert.deepEqual(Object(it.operator.calls[0]).filter, { verdict: ['BLOCK', 'WAIT', 'ALLOW'], policy: ['p'], user: ['u'] });
  assert.match(it.out(), /Nothing matches/);
});

test('tail with filters shows the latest that match, oldest first', async () => {
  const it = filled(10);
  await it.run('ledger', 'tail', '-n', '3', '--agent', 'odd');
  assert.match(it.out(), /^5 .*\n7 .*\n9 .*\n$/);
});

test('stats counts by period, action, agent and policy', async () => {
  const it = fakeCli();
  const verdicts = { ALLOW: 7, ALLOW_LOG: 0, CONSTRAIN: 0, WAIT: 1, BLOCK: 2 };
  const none = { ALLOW: 0, ALLOW_LOG: 0, CONSTRAIN: 0, WAIT: 0, BLOCK: 0 };
  it.operator.statistics = {
    buckets: [
      { at: '2026-01-01T00:00:00.000Z', verdicts, p50Ms: 0.8, p99Ms: 3 },
      { at: '2026-01-01T01:00:00.000Z', verdicts: none, p50Ms: null, p99Ms: null },
    ],
    actions: [{ name: 'email.send', count: 10, blocked: 2, waiting: 1 }],
    agents: [{ name: 'bot', count: 10, blocked: 2, waiting: 1 }],
    policies: [{ id: 'mail', count: 9 }],
  };
  assert.equal(await it.run('ledger', 'stats'), 0);
  assert.deepEqual(it.operator.calls, [{ minutes: 1_440, stepMinutes: 60 }]);
  assert.match(it.out(), /in all +7 +0 +0 +1 +2/);
  assert.ok(!it.out().includes('T01:00'));
  assert.match(it.out(), /mail +9/);
  const json = fakeCli();
  json.operator.statistics = it.operator.statistics;
  await json.run('ledger', 'stats', '--per', 'day', '--since', '7d', '--json');
  assert.equal(Object(json.json()).totals.all, 10);
  assert.equal(await fakeCli().run('ledger', 'stats', '--since', '8d'), 2);
  assert.equal(await fakeCli().run('ledger', 'stats', '--since', '7d', '--per', 'minute'), 2);
});

test('follow shows what comes, keeps its cursor, and ends with Ctrl-C', async (t) => {
  const cwd = folder(t);
  const it = filled(3, { cwd });
  const running = it.run('ledger', 'follow', '--from', '1', '--cursor', 'c', '--format', 'jsonl');
  await waitFor(() => (existsSync(join(cwd, 'c')) ? true : undefined));
  assert.equal(readFileSync(join(cwd, 'c'), 'utf8'), '3\n');
  assert.equal(statSync(join(cwd, 'c')).mode & 0o777, 0o600);
  it.signals.emit('SIGINT');
  assert.equal(await running, 0);
  assert.equal(it.signals.listenerCount('SIGINT'), 0);
  // A second run goes on from the file, whatever --from says.
  const again = filled(5, { cwd });
  const second = again.run('ledger', 'follow', '--from', '0', '--cursor', 'c', '--format', 'text');
  await waitFor(() => (again.out().split('\n').length === 3 ? true : undefined));
  again.signals.emit('SIGTERM');
  assert.equal(await second, 0);
  assert.match(again.out(), /^3 .*\n4 .*\n$/);
});

test('follow ends when nobody reads any more, and its cursor is not ahead of what was read', async (t) => {
  const cwd = folder(t);
  const it = filled(3, { cwd });
  it.cli.terminal.write = () => Promise.resolve(false);
  assert.equal(await it.run('ledger', 'follow', '--from', '0', '--cursor', 'c'), 0);
  assert.equal(existsSync(join(cwd, 'c')), false);
});

test('follow ends when its reader has gone while nothing is written', async (t) => {
  const it = filled(3, { cwd: folder(t) });
  const running = it.run('ledger', 'follow', '--from', '0', '--format', 'jsonl');
  await waitFor(() => it.out() !== '' || undefined);
  it.reader.emit('gone');
  assert.equal(await running, 0);
  assert.equal(it.reader.listenerCount('gone'), 0);
});

test('follow asks for the next page only when the one before was taken', async () => {
  const it = filled(600);
  const taken = Promise.withResolvers<boolean>();
  it.cli.terminal.write = () => taken.promise;
  const running = it.run('ledger', 'follow', '--from', '0');
  await waitFor(() => (it.operator.calls.length === 1 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(it.operator.calls.length, 1);
  taken.resolve(false);
  assert.equal(await running, 0);
});

test('follow needs a gateway, and a cursor file that is one', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'c'), 'x');
  const it = filled(1, { cwd });
  assert.equal(await it.run('ledger', 'follow', '--cursor', 'c'), 2);
  it.operator.via = 'local';
  assert.equal(await it.run('ledger', 'follow'), 1);
  assert.match(it.err(), /ledger export/);
});

test('export writes a whole file that only its owner reads, or none', async (t) => {
  const cwd = folder(t);
  const it = filled(700, { cwd });
  const path = join(cwd, 'out.jsonl');
  assert.equal(await it.run('ledger', 'export', '--output', 'out.jsonl', '--from', '10', '--to', '609', '--json'), 0);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.deepEqual([lines.length, JSON.parse(lines[0] ?? '').sequence, JSON.parse(lines[599] ?? '').sequence], [600, 10, 609]);
  assert.deepEqual(it.json(), { entries: 600, from: 10, to: 609, output: path });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(it.err(), /exported \d+ of 600 entries/);
  const broken = filled(9, { cwd });
  broken.operator.readLedger = () => Promise.reject(new Error('gone'));
  assert.equal(await broken.run('ledger', 'export', '--output', 'broken.jsonl'), 1);
  assert.equal(existsSync(join(cwd, 'broken.jsonl')) || existsSync(join(cwd, 'broken.jsonl.part')), false);
  assert.equal(await filled(1, { cwd }).run('ledger', 'export', '--output', 'no/such/folder'), 2);
});

test('export to standard output says nothing else there, and takes a span of time', async () => {
  const it = filled(10);
  await it.run('ledger', 'export', '--output', '-', '--since', '2026-01-01T04:00:00Z', '--until', '2026-01-01T07:00:00Z');
  assert.deepEqual(
    it
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).sequence),
    [4, 5, 6],
  );
});
