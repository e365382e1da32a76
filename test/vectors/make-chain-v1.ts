// Writes chain-v1.json: run it only when the format changes on purpose, and then raise the version in the name.
// The key and the salts are fixed, so the same file comes out each time.

import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { canonical } from '../../src/record/canonical.ts';
import type { Json } from '../../src/record/canonical.ts';
import { commit } from '../../src/record/commitment.ts';
import { encodeEntry, leafHash, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import { signerFor } from '../../src/record/signer.ts';
import { entryKey, hiddenKey } from '../../src/record/store-keys.ts';

const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const signer = signerFor(
  createPrivateKey({ key: Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex'), format: 'der', type: 'pkcs8' }),
);

const salts = ['000102030405060708090a0b0c0d0e0f', 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'] as const;
const recipients: Json = ['zoë@customer.example', 'a"b\\c@customer.example'];
const reason = 'mail to customers is allowed \u{1f600}\u2028';
const bodies: Json[] = [
  { type: 'start', version: '0.0.0', syncedSize: 0, note: '' },
  {
    type: 'verdict',
    exchange: 'x1',
    agent: 'support-bot',
    user: null,
    verdict: 'ALLOW',
    reason: { commitment: commit(reason, salts[0]) },
    actions: [
      {
        action: 'email.send',
        facts: {
          amountMinor: 9007199254740991,
          inspected: true,
          recipients: { commitment: commit(recipients, salts[1]) },
          '10': 'ten',
          '9': 'nine',
        },
      },
    ],
  },
  { type: 'outcome', exchange: 'x1', verdictEntry: '1', status: 202, durationMs: 0.5, error: 'tab\t nul\u0000 \u007f \u20ac' },
  { type: 'stop', version: '0.0.0', syncedSize: 2, note: '' },
];
const hidden = {
  1: { reason: { salt: salts[0], value: reason }, 'actions/0/facts/recipients': { salt: salts[1], value: recipients } },
};

let head = NO_PREVIOUS;
const entries = bodies.map((body, sequence) => {
  const time = `2026-01-02T03:04:0${sequence}.000Z`;
  const text = encodeEntry(canonical(body), head, sequence, time);
  head = leafHash(text);
  return { body, time, text, leafHash: head };
});
const checkpoint = checkpointWriter(signer)(entries.length, head);

type Pairs = Array<[string, string]>;
const pairs: Pairs = [
  ...entries.map(({ text }, i): [string, string] => [entryKey(i), text]),
  [hiddenKey(1), canonical(hidden[1])],
];
const text = (sequence: number): string => entries[sequence]?.text ?? '';
const put = (key: string, value: string): Pairs => pairs.map(([at, old]) => [at, at === key ? value : old]);
const drop = (key: string): Pairs => pairs.filter(([at]) => !at.startsWith(key));
const shorter = checkpointWriter(signer)(3, entries[2]?.leafHash ?? '');

const tampered = [
  { name: 'one byte of an entry edited', pairs: put(entryKey(2), text(2).replace('202', '203')), firstBad: 2 },
  { name: 'the last entry edited', pairs: put(entryKey(3), text(3).replace('0.0.0', '0.0.1')), firstBad: 3 },
  { name: 'previous edited', pairs: put(entryKey(2), text(2).replace(/"previous":"./, '"previous":"g')), firstBad: 2 },
  { name: 'an entry deleted', pairs: drop(entryKey(1)), firstBad: 1 },
  { name: 'the last entry deleted', pairs: drop(entryKey(3)), firstBad: 3 },
  {
    name: 'two entries swapped',
    pairs: pairs.map(([at, old]): [string, string] => [at, at === entryKey(2) ? text(3) : at === entryKey(3) ? text(2) : old]),
    firstBad: 2,
  },
  { name: 'an entry doubled', pairs: [...pairs, [entryKey(4), text(3)]], firstBad: 4 },
  { name: 'a hidden value edited', pairs: put(hiddenKey(1), canonical(hidden[1]).replace('zoë', 'zoe')), firstBad: 1 },
  { name: 'the checkpoint cut out of another chain', pairs, checkpoint: checkpoint.replace('\n4\n', '\n5\n'), firstBad: 4 },
  {
    name: 'the tail cut off with an older head put in',
    pairs: drop(entryKey(3)),
    checkpoint: shorter,
    outside: checkpoint,
    firstBad: 3,
  },
];

const vectors = {
  description:
    'Entries, their canonical bytes, RFC 6962 leaf hashes and signed checkpoint; and changed chains with the first bad sequence.',
  publicKey: signer.publicKey,
  entries,
  hidden,
  pairs,
  checkpoint,
  tampered,
};
writeFileSync(join(import.meta.dirname, 'chain-v1.json'), `${JSON.stringify(vectors, null, 1)}\n`);
