// The scripts of docs/verify, written from the documents in another language, agree with ours on good and broken files.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkProof } from '../../src/proof/check-proof.ts';
import { makeConsistency } from '../../src/proof/make-proof.ts';
import { proofJson, writeProof } from '../../src/proof/proof-file.ts';
import { readProof } from '../../src/proof/read-proof.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';
import { provenLedger } from './proven-ledger.ts';

const FOLDER = join(import.meta.dirname, '../../docs/verify');

function verifier(script: string, ...args: string[]): { readonly ok: boolean; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('python3', ['-B', join(FOLDER, script), ...args], { encoding: 'utf8' });
  return { ok: status === 0, said: stdout + stderr };
}

function ours(text: string, pinned: string): boolean {
  try {
    return checkProof(readProof(Buffer.from(text)), { pinned }).ok;
  } catch {
    return false;
  }
}

test('both say the same of proof files', async (t) => {
  const folder = temporaryFolder(t);
  const { ledger, prove } = await provenLedger(t, 3);
  const old = ledger.checkpoint();
  await ledger.append({ type: 'gap', refused: 1, since: '2026-01-01T00:00:00.000Z', note: 'ü' }, 'written');
  const good = writeProof(proofJson(await prove({ since: old, disclose: ['actions/0/facts/recipients'] })));
  const consistency = writeProof(proofJson(await makeConsistency(old, null, ledger.prover)));
  const files: ReadonlyArray<readonly [text: string, holds: boolean]> = [
    [good, true],
    [consistency, true],
    [good.replace('support-bot', 'another-bot'), false],
    [good.replace('zoë', 'zoe'), false],
    [good.replace('refunds above', 'refunds below'), false],
    [good.replace('"keys": [],', '"keys": [], "keys": [],'), false],
    [good.replace('"keys": [],', '"keys": [], "more": 1,'), false],
    [good.replace('"ticket\\":\\"t_1', '"ticket\\":\\"t_9'), false],
    [good.replace(/("path": \[\s*")./, '$1g'), false],
    [consistency.replace(/("path": \[\s*"[0-9a-f]{60})..../, '$10000'), false],
  ];
  for (const [i, [text, holds]] of files.entries()) {
    const file = join(folder, `${i}.json`);
    writeFileSync(file, text);
    const { ok, said } = verifier('verify_proof.py', file, '--public-key', ledger.publicKey);
    assert.deepEqual([ours(text, ledger.publicKey), ok], [holds, holds], `${i}: ${said}`);
  }
});

test('it reads the vectors of the chain', (t) => {
  const folder = temporaryFolder(t);
  const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/chain-v1.json'), 'utf8'));
  const texts: string[] = vectors.entries.map((entry: { text: string }) => entry.text);
  const check = (lines: readonly string[]): boolean => {
    writeFileSync(join(folder, 'chain'), `${lines.join('\n')}\n`);
    writeFileSync(join(folder, 'note'), vectors.checkpoint);
    return verifier(
      'verify.py',
      'chain',
      join(folder, 'chain'),
      '--public-key',
      vectors.publicKey,
      '--checkpoint',
      join(folder, 'note'),
    ).ok;
  };
  assert.equal(check(texts), true);
  assert.equal(check(texts.slice(0, -1)), false);
  assert.equal(check(texts.map((text) => text.replace('support-bot', 'another'))), false);
});
