// `interlock policy new`: a recipe becomes files, the bundle passes its check with them, and nothing is overwritten.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fakeCli } from './fake-cli.ts';

const STARTER = fileURLToPath(new URL('../../policies', import.meta.url));

async function inFolder(work: (cwd: string) => Promise<void>): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), 'interlock-new-'));
  try {
    await work(cwd);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

test('a recipe in a new bundle and in the starter: the check has nothing to say against it, and it is laid out', () =>
  inFolder(async (cwd) => {
    const listed = fakeCli({ cwd });
    assert.equal(await listed.run('policy', 'new', '--list', '--json'), 0);
    const names = (listed.json() as { name: string }[]).map(({ name }) => name);
    assert.ok(names.length >= 8);
    for (const name of ['mail-own-domains', 'mcp-allow-list', 'daily-refund-budget']) {
      assert.ok(names.includes(name));
      for (const dir of [`alone/${name}`, `inside/${name}`]) {
        if (dir.startsWith('inside')) cpSync(STARTER, join(cwd, dir), { recursive: true });
        const it = fakeCli({ cwd });
        assert.equal(await it.run('policy', 'new', name, '--dir', dir), 0, `${dir}: ${it.err()}`);
        const checked = fakeCli({ cwd });
        const code = await checked.run('policy', 'check', dir, '--json');
        if (dir.startsWith('alone')) assert.equal(code, 0, checked.out());
        // Cases that were there name the policies that decided before: only people can say whether the new ones may too.
        const { findings } = checked.json() as { findings: { file: string; severity: string }[] };
        const own = findings.filter(({ file, severity }) => severity === 'error' && file.includes(name));
        assert.deepEqual(own, [], dir);
        assert.equal(await fakeCli({ cwd }).run('policy', 'fmt', dir, '--check'), 0, dir);
      }
    }
  }));

test('a budget is put behind those that are there', () =>
  inFolder(async (cwd) => {
    const there = '# ours\nwrites: { of: http.write, measure: count, per: agent, window: sliding 1h }\n';
    mkdirSync(join(cwd, 'b'));
    writeFileSync(join(cwd, 'b/budgets.yaml'), there);
    const it = fakeCli({ cwd });
    assert.equal(await it.run('policy', 'new', 'daily-refund-budget', '--dir', 'b', '--set', 'budget=500'), 0, it.err());
    assert.match(it.out(), /budgets\.yaml: extended/);
    const text = readFileSync(join(cwd, 'b/budgets.yaml'), 'utf8');
    assert.ok(text.startsWith(there));
    assert.match(text.slice(there.length), /^\ndailyRefunds:\n {2}of: payment\.refund\n/);
    assert.equal(await fakeCli({ cwd }).run('policy', 'check', 'b'), 0);
  }));

test('values are taken, and what is there is not overwritten', () =>
  inFolder(async (cwd) => {
    const args = ['policy', 'new', 'refund-ceiling', '--dir', 'b', '--set', 'ceiling=1234', '--set', 'currency=EUR'];
    assert.equal(await fakeCli({ cwd }).run(...args), 0);
    const file = join(cwd, 'b/refund-ceiling.cedar');
    assert.match(readFileSync(file, 'utf8'), /context\.amountMinor <= 1234[^]*"EUR"/);
    const again = fakeCli({ cwd });
    assert.equal(await again.run(...args), 2);
    assert.match(again.err(), /is there already/);
  }));

test('a recipe or value that is not known writes nothing', () =>
  inFolder(async (cwd) => {
    for (const args of [
      ['nothing'],
      [],
      ['dns-waits', '--set', 'nope=1'],
      ['dns-waits', '--set', 'approvers'],
      ['refund-ceiling', '--set', 'ceiling=-1'],
    ]) {
      assert.equal(await fakeCli({ cwd }).run('policy', 'new', ...args, '--dir', 'b'), 2, args.join(' '));
    }
    assert.equal(existsSync(join(cwd, 'b')), false);
  }));
