// Forward or not, from whole packs: of many commits, mixed with trees, with tags, rewritten, and made to cost time.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { readLineage } from '../../src/classify/git-lineage.ts';
import { MAX_PEEK_BYTES } from '../../src/classify/git-pack.ts';
import { OID_A, OID_B } from '../support/push-bytes.ts';
import { cleanEnvironment } from '../support/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'interlock-lineage-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const WHO = 'A <a@example.com> 1700000000 +0000';
const git = (input: string, ...words: string[]): Buffer =>
  execFileSync('git', ['-C', folder, ...words], {
    env: { ...cleanEnvironment(), GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.com' },
    input,
    maxBuffer: 64 * 1024 * 1024,
  });
const oidOf = (ref: string): string => git('', 'rev-parse', ref).toString().trim();
const pack = (from: readonly string[], to: readonly string[]): Buffer =>
  git(
    `${[...to, ...from.map((oid) => `^${oid}`)].join('\n')}\n`,
    'pack-objects',
    '--revs',
    '--stdout',
    '--thin',
    '--delta-base-offset',
    '-q',
  );

/** A line of commits, each with a file of its own, by git's own bulk import. */
function line(branch: string, from: string | null, count: number): void {
  const commits = Array.from({ length: count }, (_, index) => {
    const message = `${branch} ${index} ${createHash('sha512').update(`${branch}${index}`).digest('hex')}`;
    const parent = index === 0 && from !== null ? `from ${from}\n` : '';
    return `commit refs/heads/${branch}\ncommitter ${WHO}\ndata ${message.length}\n${message}\n${parent}M 644 inline f${index % 7}\ndata ${message.length}\n${message}\n\n`;
  });
  git(commits.join(''), 'fast-import', '--quiet', '--force');
}

git('', 'init', '-q', '-b', 'main', '.');
line('main', null, 3);
line('long', 'refs/heads/main', 600);
line('orphan', null, 5);

describe('a pack of git’s', () => {
  it('of many commits proves that they go forward, well beyond what is peeked at in a stream', () => {
    const bytes = pack([oidOf('main')], [oidOf('long')]);
    assert.equal(readLineage(bytes, 0, 'sha1').descent(oidOf('long'), oidOf('main')), 'yes');
    assert.equal(readLineage(bytes.subarray(0, MAX_PEEK_BYTES), 0, 'sha1').descent(oidOf('long'), oidOf('main')), 'unknown');
  });

  it('that brings a whole history without the old commit proves that it was rewritten', () => {
    const bytes = pack([], [oidOf('orphan')]);
    assert.equal(readLineage(bytes, 0, 'sha1').descent(oidOf('orphan'), oidOf('main')), 'no');
    assert.equal(readLineage(bytes.subarray(0, 400), 0, 'sha1').descent(oidOf('orphan'), oidOf('main')), 'unknown');
  });

  it('proves nothing when its history goes on upstream', () => {
    const bytes = pack([oidOf('long~3')], [oidOf('long')]);
    assert.equal(readLineage(bytes, 0, 'sha1').descent(oidOf('long'), oidOf('main')), 'unknown');
  });

  it('may hold annotated tags between the commits', () => {
    git('', 'tag', '-a', 'v1', '-m', 'one', 'long~1');
    const bytes = pack([oidOf('long~5')], [oidOf('v1'), oidOf('long')]);
    assert.equal(readLineage(bytes, 0, 'sha1').descent(oidOf('long'), oidOf('long~5')), 'yes');
  });
});

function entry(type: number, data: Buffer, base: Buffer = Buffer.alloc(0)): Buffer {
  const head: number[] = [];
  let first = (type << 4) | (data.length & 15);
  for (let size = data.length >> 4; size > 0; size >>= 7) {
    head.push(first | 0x80);
    first = size & 0x7f;
  }
  return Buffer.concat([Buffer.from([...head, first]), base, deflateSync(data)]);
}

function packOf(objects: readonly Buffer[]): Buffer {
  const header = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  header.writeUInt32BE(objects.length, 8);
  return Buffer.concat([header, ...objects, Buffer.alloc(20)]);
}

const commitOf = (parent: string, message = 'x'): Buffer =>
  Buffer.from(`tree ${OID_A}\nparent ${parent}\nauthor ${WHO}\ncommitter ${WHO}\n\n${message}\n`);
const idOf = (data: Buffer): string => createHash('sha1').update(`commit ${data.length}\0`).update(data).digest('hex');

describe('a pack of another client’s', () => {
  const older = commitOf(OID_B);
  const newer = commitOf(idOf(older));

  it('may mix commits with other objects, and with deltas of what only upstream has', () => {
    const others = [
      entry(3, Buffer.from('file')),
      entry(2, Buffer.from('tree')),
      entry(7, Buffer.from('delta'), Buffer.alloc(20, 1)),
    ];
    const bytes = packOf([entry(1, newer), ...others, entry(1, older)]);
    assert.equal(readLineage(bytes, 0, 'sha1').descent(idOf(newer), OID_B), 'yes');
  });

  it('may hold a commit as a delta of another by its id', () => {
    const instructions = Buffer.concat([
      Buffer.from([(older.length & 0x7f) | 0x80, older.length >> 7, (newer.length & 0x7f) | 0x80, newer.length >> 7, 0x90, 53]),
      Buffer.from([100]),
      newer.subarray(53, 153),
      Buffer.from([newer.length - 153]),
      newer.subarray(153),
    ]);
    const bytes = packOf([entry(1, older), entry(7, instructions, Buffer.from(idOf(older), 'hex'))]);
    assert.equal(readLineage(bytes, 0, 'sha1').descent(idOf(newer), OID_B), 'yes');
  });
});

describe('a pack that is made to cost time', () => {
  const many = Array.from({ length: 50 }, (_, index) => String(index).padStart(40, '0'));
  const short = entry(1, commitOf(OID_B));
  const cases: Record<string, Buffer> = {
    'of very many objects': packOf(Array.from({ length: 8000 }, () => short)),
    'of bombs': packOf(Array.from({ length: 900 }, () => entry(3, Buffer.alloc(1_000_000)))),
    'of merges of everything': packOf(
      Array.from({ length: 1000 }, () => entry(1, Buffer.from(`tree ${OID_A}\n${`parent ${OID_B}\n`.repeat(1300)}`))),
    ),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    it(`${name} is left early`, () => {
      const started = performance.now();
      const lineage = readLineage(bytes, 0, 'sha1');
      for (const oid of many) assert.notEqual(lineage.descent(oid, OID_B), 'yes');
      assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
    });
  }
});
