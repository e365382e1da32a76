// kill -9 while appending, and a disk that takes only half a record: every acknowledged entry is there and the chain verifies.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import { temporaryFolder } from './temporary-folder.ts';

const APPENDER = join(import.meta.dirname, 'appender.ts');

interface Told {
  readonly acknowledged: Map<number, string>;
  readonly refused: number;
}

async function run(command: string, args: readonly string[], killAfterLines: number): Promise<Told> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    lines += text.split('\n').length - 1;
    if (lines >= killAfterLines) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const told = output
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' '));
  const acknowledged = new Map(
    told.flatMap(([word, entry, exchange]) => (word === 'ack' ? [[Number(entry), exchange ?? '']] : [])),
  );
  return { acknowledged, refused: told.filter(([word]) => word === 'refused').length };
}

async function assertAllThere(ledger: OpenLedger, acknowledged: ReadonlyMap<number, string>): Promise<void> {
  const found = new Map<number, string>();
  for await (const { sequence, body } of ledger.entries(0, Number.MAX_SAFE_INTEGER / 4))
    if (body.type === 'verdict') found.set(sequence, body.exchange);
  for (const [sequence, exchange] of acknowledged) assert.equal(found.get(sequence), exchange, `entry ${sequence}`);
}

test('kill -9 at any moment loses no acknowledged entry, and state stands with its entry', async (t) => {
  const dataDir = temporaryFolder(t);
  const acknowledged = new Map<number, string>();
  for (let round = 0; round < 5; round += 1) {
    const durability = round % 3 === 2 ? 'synced' : 'written';
    const clients = round % 2 === 1 ? '24' : '4';
    const args = [APPENDER, dataDir, String(round), durability, '100000', '0', clients];
    const told = await run(process.execPath, args, 37 + 150 * round);
    for (const [sequence, exchange] of told.acknowledged) acknowledged.set(sequence, exchange);
  }
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  t.after(() => ledger.close());
  const report = await ledger.verify({ kept: [] });
  assert.deepEqual([report.ok, report.firstBad], [true, null]);
  assert.match(report.notes.join('\n'), /did not stop in order/);
  assert.ok(acknowledged.size > 400);
  await assertAllThere(ledger, acknowledged);
  const exchanges = new Set<string>();
  for await (const { body } of ledger.entries(0, 1e9)) if (body.type === 'verdict') exchanges.add(body.exchange);
  for (const [key, exchange] of await ledger.list('last:')) assert.ok(exchanges.has(exchange), key);
});

test('a log that the disk cut in half a record loses no acknowledged entry', {
  skip: process.platform === 'win32',
}, async (t) => {
  const dataDir = temporaryFolder(t);
  // Files may grow to 200 KB (ulimit counts in 512 or 1,024 bytes): a write over it comes back short, then fails, as on a full disk.
  const shell = 'trap \'\' XFSZ; ulimit -f 200; exec "$@"';
  const told = await run(
    '/bin/sh',
    ['-c', shell, 'sh', process.execPath, APPENDER, dataDir, 'full', 'written', '250'],
    Number.POSITIVE_INFINITY,
  );
  assert.ok(told.refused > 0, 'the limit was met');
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  t.after(() => ledger.close());
  const report = await ledger.verify({ kept: [] });
  assert.deepEqual([report.ok, report.firstBad], [true, null]);
  assert.ok(report.gaps > 0);
  await assertAllThere(ledger, told.acknowledged);
});
