// Checkpoints are strict signed notes.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { checkpointWriter, ledgerOf, originOf, readCheckpoint } from '../../src/record/checkpoint.ts';
import { parseNote } from '../../src/record/signed-note.ts';
import { signerFor } from '../../src/record/signer.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const signer = signerFor(generateKeyPairSync('ed25519').privateKey);
const other = signerFor(generateKeyPairSync('ed25519').privateKey);
const name = ledgerOf(signer.publicKey);
const HEAD = 'ab'.repeat(32);
const note = checkpointWriter(signer)(42, HEAD);

test('it has the lines of a signed note and reads back', () => {
  const lines = note.split('\n');
  assert.deepEqual(lines.slice(0, 4), [originOf(name), '42', Buffer.from(HEAD, 'hex').toString('base64'), '']);
  assert.match(lines[4] ?? '', /^— interlock-tree\/[0-9a-f]{16} [A-Za-z0-9+/]+=*$/);
  assert.deepEqual(readCheckpoint(note, name), {
    origin: originOf(name),
    ledger: name.ledger,
    size: 42,
    attests: 'root',
    hash: HEAD,
  });
});

test('no other key reads it', async () => {
  await throwsWithCode('USAGE', () => readCheckpoint(note, ledgerOf(other.publicKey)));
  await throwsWithCode('USAGE', () => readCheckpoint(checkpointWriter(other)(42, HEAD), name));
});

test('every single changed, dropped or doubled character is refused', async () => {
  for (let i = 0; i < note.length; i += 1) {
    const [before, at, after] = [note.slice(0, i), note.charAt(i), note.slice(i + 1)];
    const swapped = at === 'A' ? 'B' : 'A';
    for (const changed of [before + swapped + after, before + after, before + at + at + after]) {
      if (changed !== note) await throwsWithCode('USAGE', () => readCheckpoint(changed, name));
    }
  }
});

test('other spellings of the same statement are refused', async () => {
  const [origin = '', , root = ''] = note.split('\n');
  for (const size of ['042', '+42', '4.2e1', '42 ', '99999999999999999']) {
    const text = note.replace('\n42\n', `\n${size}\n`);
    await throwsWithCode('USAGE', () => readCheckpoint(text, name));
  }
  for (const text of [
    note.replaceAll('\n', '\r\n'),
    note.trimEnd(),
    `${note}\n`,
    note.replace(root, `${root}\nextension`),
    note.slice(origin.length),
    '',
  ]) {
    await throwsWithCode('USAGE', () => readCheckpoint(text, name));
  }
});

test('a witness may sign below, a forged line of ours condemns it', async () => {
  const witness = `— witness.example ${Buffer.alloc(76, 1).toString('base64')}\n`;
  assert.equal(readCheckpoint(note + witness, name).size, 42);
  const ours = note.split('\n')[4] ?? '';
  const encoded = ours.split(' ')[2] ?? '';
  const forged = Buffer.from(encoded, 'base64');
  forged.writeUInt8((forged[40] ?? 0) ^ 1, 40);
  await throwsWithCode('USAGE', () => readCheckpoint(`${note}${ours.replace(encoded, forged.toString('base64'))}\n`, name));
});

test('a text of any length is answered at once', async () => {
  await throwsWithCode('USAGE', () => readCheckpoint(note + '— a AAAAAAAA\n'.repeat(100_000), name));
  await throwsWithCode('USAGE', () => readCheckpoint(note + '— a AAAAAAAA\n'.repeat(100), name));
});

test('control characters and white space where a name stands are no note', async () => {
  const [, , , , line = ''] = note.split('\n');
  for (const bad of ['\u0000', '\u001b', '\u0085', '\r', '\t', '\u2028', '\u00a0']) {
    const spoilt = `${note}${line.replace('interlock-tree', `w${bad}`)}\n`;
    await throwsWithCode('USAGE', () => readCheckpoint(spoilt, name));
  }
});

test('a text with control characters, or of any length, is no note', () => {
  const line = '— a AAAAAAAA\n';
  assert.equal(parseNote(`text\n\n${line}`).text, 'text\n');
  for (const bad of ['\u0000', '\u001b[2J', '\u0085', '\t']) assert.throws(() => parseNote(`te${bad}xt\n\n${line}`), /control/);
  assert.throws(() => parseNote(`${'x'.repeat(70_000)}\n\n${line}`), /too long/);
});
