// A cosignature counts only over this text, with its own time, by the witness's own key and name.

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { cosignedAt } from '../../src/record/cosignature.ts';
import { keyHint, parseNote, signatureLine } from '../../src/record/signed-note.ts';
import type { NoteKey } from '../../src/record/signed-note.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
const key: NoteKey = { name: 'witness.example/w1', publicKey: raw, type: 0x04 };
const TEXT = 'example.com/log\n9\nAAAA\n';

function line(time: bigint, signedTime: bigint, signer = key, text = TEXT): string {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(time);
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${signedTime}\n${text}`), privateKey);
  return signatureLine(signer.name, Buffer.concat([keyHint(signer), stamp, signature]));
}

const read = (...lines: string[]): number | null => cosignedAt(parseNote(`${TEXT}\n${lines.join('')}`), key);

test('it holds with its time, also behind lines of others and behind one that does not hold', () => {
  assert.equal(read(line(1_679_315_147n, 1_679_315_147n)), 1_679_315_147);
  const other: NoteKey = { ...key, name: 'witness.example/w2' };
  assert.equal(read(line(1n, 1n, other), line(5n, 6n), line(7n, 7n)), 7);
});

test('another time, text, name, type or length is none', () => {
  assert.equal(read(line(5n, 6n)), null);
  assert.equal(read(line(5n, 5n, key, TEXT.replace('9', '8'))), null);
  assert.equal(read(line(5n, 5n, { ...key, name: 'witness.example/w2' })), null);
  assert.equal(read(line(5n, 5n, { ...key, type: 0x01 })), null);
  assert.equal(read(line(2n ** 60n, 2n ** 60n)), null);
  const plain = signatureLine(key.name, Buffer.concat([keyHint(key), sign(null, Buffer.from(TEXT), privateKey)]));
  assert.equal(read(plain), null);
});
