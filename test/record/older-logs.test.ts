// What is on disk when a synced write is answered, by the journal of the disk: all that was written before it, also in a log that ended since.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { faultyDisk, faultyDiskLibrary } from '../support/faulty-disk.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WRITER = join(import.meta.dirname, 'store-writer.ts');
const skip = (await faultyDiskLibrary()) === null && 'needs Linux and gcc';

interface Log {
  readonly name: string;
  written: number;
  synced: number;
  gone: boolean;
}

/** The logs as they were at each word of the process, and at each sync. */
async function journaled(t: TestContext, rolls: string): Promise<ReadonlyArray<readonly [event: string, logs: Log[]]>> {
  const dataDir = temporaryFolder(t);
  await using disk = await faultyDisk(dataDir);
  // So that the table, which would take the older log's place, is not built before the write is answered.
  disk.set({ syncMs: 100 });
  const child = spawn(process.execPath, [WRITER, dataDir, rolls], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...disk.env },
  });
  child.stdout.resume();
  await once(child, 'close');
  const logs = new Map<string, Log>();
  const seen: Array<readonly [string, Log[]]> = [];
  for (const line of readFileSync(disk.journal, 'utf8').split('\n').slice(0, -1)) {
    const [kind = '', ino = '', rest = ''] = line.split('\t');
    if (kind === 'C' && rest.endsWith('.log')) logs.set(ino, { name: basename(rest), written: 0, synced: 0, gone: false });
    const log = logs.get(ino);
    if (log !== undefined && kind === 'W') log.written = Math.max(log.written, Number(rest));
    if (log !== undefined && kind === 'S') log.synced = Math.max(log.synced, Number(rest));
    if (log !== undefined && kind === 'U') log.gone = true;
    if (kind === 'A' || (kind === 'S' && log !== undefined))
      seen.push([kind === 'A' ? ino : `synced ${log?.name}`, [...logs.values()].map((one) => ({ ...one }))]);
  }
  return seen;
}

const owing = (logs: readonly Log[]): string[] =>
  logs.filter(({ gone, written, synced }) => !gone && synced < written).map(({ name }) => name);

for (const rolls of ['before', 'within'])
  test(`a log that ended ${rolls} a synced write is on disk with it`, { skip }, async (t) => {
    const seen = await journaled(t, rolls);
    const asked = seen.findIndex(([event]) => event === 'asked');
    const answered = seen.findIndex(([event]) => event === 'answered');
    const [, logs] = seen[answered] ?? assert.fail('it was not answered');
    assert.equal(logs.length, 2);
    assert.deepEqual(owing(logs), []);
    if (rolls === 'within') return;
    // And before it: a cut between the two would leave the new log without what it stands on.
    const [older, newer] = logs.map(({ name }) => name);
    const first = seen.slice(asked, answered).find(([event]) => event === `synced ${newer}`);
    assert.equal(owing(first?.[1] ?? assert.fail()).includes(older ?? ''), false);
  });
