// Proof that a push only goes forward, from packs that real git made, and from ones made to deceive.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { readLineage } from '../../src/classify/git-lineage.ts';
import { MAX_PEEK_BYTES, scanCommits } from '../../src/classify/git-pack.ts';
import { cleanEnvironment } from '../support/run-command.ts';
import { OID_A } from '../support/push-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'interlock-pack-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const env = {
  ...cleanEnvironment(),
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};
const git = (input: string, ...words: string[]): Buffer => execFileSync('git', ['-C', folder, ...words], { env, input });
const text = (...words: string[]): string =>
  git('', ...words)
    .toString('utf8')
    .trim();

function commit(message: string): string {
  writeFileSync(join(folder, 'file.txt'), message);
  text('add', '-A');
  git(message, 'commit', '-q', '-F', '-');
  return text('rev-parse', 'HEAD');
}

const pack = (from: string, to: string, ...options: string[]): Buffer =>
  git(`${to}\n^${from}\n`, 'pack-objects', '--revs', '--stdout', '--thin', '-q', ...options);

text('init', '-q', '-b', 'main', '.');
const first = commit('first');
const second = commit('second');
// Long, alike messages make git store commits as deltas of each other.
const alike = Array.from({ length: 6 }, (_, index) => commit(`${'the same words again and again, '.repeat(60)}${index}`));
const last = alike.at(-1) ?? '';

function object(type: number, data: Buffer): Buffer {
  const head = data.length < 16 ? [(type << 4) | data.length] : [0x80 | (type << 4) | (data.length & 15), data.length >> 4];
  return Buffer.concat([Buffer.from(head), deflateSync(data)]);
}

function packOf(count: number, ...objects: Buffer[]): Buffer {
  const header = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  header.writeUInt32BE(count, 8);
  return Buffer.concat([header, ...objects, Buffer.alloc(20)]);
}

describe('the commits at the front of a pack', () => {
  it('prove a push that only adds', () => {
    const { commits, more } = scanCommits(pack(first, second), 0, MAX_PEEK_BYTES);
    assert.equal(more, false);
    assert.equal(commits.length, 1);
    const lineage = readLineage(pack(first, second), 0, 'sha1');
    assert.equal(lineage.descent(second, first), 'yes');
    assert.equal(lineage.descent(second, second), 'yes', 'nothing moves');
    assert.equal(lineage.descent(first, second), 'unknown', 'backwards');
    assert.equal(lineage.descent(second, OID_A), 'unknown');
  });

  it('are read when git stored them as deltas, too', () => {
    const bytes = pack(second, last, '--delta-base-offset');
    const { commits } = scanCommits(bytes, 0, MAX_PEEK_BYTES);
    assert.equal(commits.length, alike.length);
    assert.ok(
      commits.some(({ at }) => (((bytes[at] ?? 0) >> 4) & 7) === 6),
      'at least one of them is a delta',
    );
    assert.equal(readLineage(bytes, 0, 'sha1').descent(last, second), 'yes');
  });

  it('prove nothing when their base is not in the pack', () => {
    // Deltas by object id may lean on anything.
    const { commits } = scanCommits(pack(second, last), 0, MAX_PEEK_BYTES);
    assert.ok(commits.length <= alike.length);
    assert.equal(readLineage(Buffer.alloc(0), 0, 'sha1').descent(last, second), 'unknown');
  });

  it('find the way through a merge', () => {
    const base = text('rev-parse', 'HEAD');
    text('checkout', '-q', '-b', 'side', second);
    const side = commit('side');
    text('checkout', '-q', 'main');
    text('merge', '-q', '-s', 'ours', '-m', 'merge', 'side');
    const merged = text('rev-parse', 'HEAD');
    const lineage = readLineage(pack(base, merged), 0, 'sha1');
    assert.equal(lineage.descent(merged, base), 'yes');
    assert.equal(lineage.descent(merged, side), 'yes');
  });
});

describe('a pack that means to deceive', () => {
  it('can not be forged: a commit is known by its hash', () => {
    const data = Buffer.from(`tree ${OID_A}\nparent ${first}\nauthor A <a> 0 +0000\ncommitter A <a> 0 +0000\n\nx\n`);
    const lineage = readLineage(packOf(1, object(1, data)), 0, 'sha1');
    const oid = createHash('sha1').update(`commit ${data.length}\0`).update(data).digest('hex');
    assert.equal(lineage.descent(oid, first), 'yes');
    assert.equal(lineage.descent(second, first), 'unknown');
  });

  it('do not count parents that only the message names', () => {
    const data = Buffer.from(`tree ${OID_A}\nauthor A <a> 0 +0000\ncommitter A <a> 0 +0000\n\nparent ${first}\n`);
    const lineage = readLineage(packOf(1, object(1, data)), 0, 'sha1');
    const oid = createHash('sha1').update(`commit ${data.length}\0`).update(data).digest('hex');
    assert.equal(lineage.descent(oid, first), 'no');
  });

  it('end at the first object of another kind, at garbage, and at the budget', () => {
    const data = Buffer.from(`tree ${OID_A}\n\nx`);
    const one = packOf(3, object(1, data), object(3, Buffer.from('blob')));
    assert.deepEqual(
      { ...scanCommits(one, 0, MAX_PEEK_BYTES), commits: 1 },
      { commits: 1, end: 12 + object(1, data).length, more: false },
    );
    for (const bytes of [
      Buffer.from('hello'),
      Buffer.from('PACK\0\0\0\u0003\0\0\0\u0001', 'latin1'),
      packOf(1, Buffer.from([0x9f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
    ]) {
      const scan = scanCommits(bytes, 0, MAX_PEEK_BYTES);
      assert.deepEqual([scan.commits.length, scan.more], [0, false]);
    }
    assert.deepEqual(scanCommits(one, 0, 20), { commits: [], end: 12, more: false });
    assert.deepEqual(scanCommits(packOf(0), 0, MAX_PEEK_BYTES), { commits: [], end: 12, more: false });
  });

  it('are waited for while they may still come', () => {
    const bytes = pack(first, second);
    const whole = scanCommits(bytes, 0, MAX_PEEK_BYTES);
    for (let length = 0; length < whole.end; length += 1)
      assert.equal(scanCommits(bytes.subarray(0, length), 0, MAX_PEEK_BYTES).more, true, String(length));
    assert.deepEqual(scanCommits(bytes.subarray(0, whole.end + 1), 0, MAX_PEEK_BYTES), whole);
  });

  it('do not unpack into more than they say', () => {
    const bomb = deflateSync(Buffer.alloc(10_000_000));
    const bytes = packOf(1, Buffer.concat([Buffer.from([0x1a]), bomb]));
    assert.deepEqual(scanCommits(bytes, 0, MAX_PEEK_BYTES).commits, []);
  });
});
