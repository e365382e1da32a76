// The examples that C2SP's specifications print (signed-note, tlog-checkpoint, tlog-cosignature) read as they say, and other kinds of signature
// beside the known ones are ignored.

import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { cosignedAt } from '../../src/record/cosignature.ts';
import { checkpointWriter, checkSigned, parseCheckpoint } from '../../src/record/checkpoint.ts';
import { parseNote, parseVerifierKey, signatureLine, signedBy } from '../../src/record/signed-note.ts';
import { signerFor } from '../../src/record/signer.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const VERSE = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;
const COSIGNED = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

test('a text may hold empty lines: the last one ends it', () => {
  const { text, signatures } = parseNote(VERSE);
  assert.ok(text.endsWith('di sole:\n\ned è subito sera.\n'));
  assert.deepEqual([signatures.length, signatures[0]?.name, signatures[0]?.bytes.length], [1, 'quasimodo.example/salvatore', 68]);
});

const MESSAGE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

test('the signed message holds under the verifier key that is printed with it, and not with one letter changed', () => {
  const key = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
  assert.equal(signedBy(parseNote(MESSAGE), key), 'holds');
  assert.equal(signedBy(parseNote(MESSAGE.replace('an', 'on')), key), 'fails');
});

test('the cosigned checkpoint: a line of 4 + 64 bytes, and one of 4 + 8 + 64 that tells its time', async () => {
  const { text, signatures } = parseNote(COSIGNED);
  assert.equal(text.split('\n')[1], '20852163');
  assert.deepEqual(
    signatures.map(({ name, bytes }) => [name, bytes.length]),
    [
      ['example.com/behind-the-sofa', 68],
      ['witness.example.com/w1', 76],
    ],
  );
  assert.equal(signatures[1]?.bytes.readBigUInt64BE(4), 1_679_315_147n);
  // Whoever else's key it is: none of this ledger's, and no checkpoint of one.
  const publicKey = signerFor(generateKeyPairSync('ed25519').privateKey).publicKey;
  assert.equal(cosignedAt(parseNote(COSIGNED), { name: 'witness.example.com/w1', publicKey, type: 0x04 }), null);
  await throwsWithCode('USAGE', async () => parseCheckpoint(COSIGNED));
});

test('an empty line does not make another checkpoint of a note', async () => {
  const signer = signerFor(generateKeyPairSync('ed25519').privateKey);
  const note = checkpointWriter(signer)(7, 'ab'.repeat(32));
  await throwsWithCode('USAGE', async () => parseCheckpoint(note.replace('\n7\n', '\n\n7\n')));
  await throwsWithCode('USAGE', async () => parseCheckpoint(`${note}\n${note.split('\n\n')[1]}`));
});

test('cosignatures of kinds that are not known, as large as ML-DSA ones, are ignored', () => {
  const signer = signerFor(generateKeyPairSync('ed25519').privateKey);
  const note = checkpointWriter(signer)(7, 'ab'.repeat(32));
  // Four bytes of hint, eight of time, and a signature of 2,420 bytes.
  const others = Array.from({ length: 15 }, (_, i) => signatureLine(`witness.example/m${i}`, randomBytes(4 + 8 + 2_420)));
  checkSigned(parseCheckpoint(note + others.join('')), signer.publicKey);
});
