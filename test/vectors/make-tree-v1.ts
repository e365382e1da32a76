// Makes tree-v1.json: `node test/vectors/make-tree-v1.ts > test/vectors/tree-v1.json`. The same bytes each time.

import { leafHash } from '../../src/record/entry-codec.ts';
import { keyHint, noteSigner, signatureLine, verifierKey } from '../../src/record/signed-note.ts';
import type { Signer } from '../../src/record/signer.ts';
import { SPELLINGS } from './spellings.ts';
import {
  chainOf,
  checkpointOf,
  consistencyPath,
  FIRST,
  inclusionPath,
  keyChange,
  leavesOf,
  type Line,
  rootOver,
  SECOND,
  story,
  STRANGER,
  type Told,
  vectorText,
  WITNESS,
} from './vector-ledger.ts';

const SMALL = 20;
const LARGE = [31, 32, 33, 64, 65, 100];
const ENTRIES = 100;
const BUNDLE = 'b'.repeat(64);
const ORIGIN = `interlock-tree/${FIRST.keyId}`;
const WITNESS_NAME = 'witness.example/w1';

function flipped(hash: string): string {
  return (hash.startsWith('0') ? '1' : '0') + hash.slice(1);
}

const small = Array.from({ length: SMALL + 1 }, (_, i) => i);
const lines = chainOf(story(BUNDLE, ENTRIES - 6));
const leaves = leavesOf(lines);

function rootAt(size: number): string {
  return rootOver(leaves.slice(0, size));
}

function inclusion(index: number, size: number, change: object = {}, holds = true): object {
  const path = inclusionPath(index, leaves.slice(0, size));
  return { index, size, leaf: leaves[index], path, root: rootAt(size), ...change, holds };
}

function consistency(older: number, newer: number, change: object = {}, holds = true): object {
  const path = consistencyPath(older, leaves.slice(0, newer));
  return { older, olderRoot: rootAt(older), newer, newerRoot: rootAt(newer), path, ...change, holds };
}

function inclusions(): object[] {
  const path = inclusionPath(5, leaves.slice(0, 13));
  return [
    ...small.flatMap((size) => Array.from({ length: size }, (_, index) => inclusion(index, size))),
    ...LARGE.flatMap((size) => [0, 17, size - 1].map((index) => inclusion(index, size))),
    inclusion(5, 13, { leaf: leaves[6] }, false),
    inclusion(5, 13, { index: 4 }, false),
    inclusion(5, 13, { index: 13 }, false),
    inclusion(5, 13, { size: 8 }, false),
    inclusion(5, 13, { root: flipped(rootAt(13)) }, false),
    inclusion(5, 13, { path: path.slice(0, -1) }, false),
    inclusion(5, 13, { path: path.slice(1) }, false),
    inclusion(5, 13, { path: [...path, rootAt(1)] }, false),
    inclusion(5, 13, { path: path.toReversed() }, false),
    ...path.map((hash, i) => inclusion(5, 13, { path: path.with(i, flipped(hash)) }, false)),
    inclusion(5, 13, { path: path.map((hash) => hash.toUpperCase()) }, false),
    inclusion(0, 1, { size: 0 }, false),
    // An inner node is no leaf: its hash begins with another byte.
    { index: 0, size: 2, leaf: rootAt(2), path: [], root: rootAt(2), holds: false },
  ];
}

function consistencies(): object[] {
  const path = consistencyPath(7, leaves.slice(0, 20));
  return [
    ...small.flatMap((newer) => Array.from({ length: newer + 1 }, (_, older) => consistency(older, newer))),
    ...LARGE.flatMap((newer) => [1, 16, 21, newer - 1].map((older) => consistency(older, newer))),
    consistency(7, 20, { older: 6 }, false),
    consistency(7, 20, { newer: 40 }, false),
    consistency(7, 20, { older: 21 }, false),
    consistency(7, 20, { olderRoot: rootAt(8) }, false),
    consistency(7, 20, { newerRoot: rootAt(19) }, false),
    consistency(7, 20, { path: path.slice(0, -1) }, false),
    consistency(7, 20, { path: [...path, rootAt(1)] }, false),
    consistency(7, 20, { path: [] }, false),
    consistency(8, 20, { path: [rootAt(8), ...consistencyPath(8, leaves.slice(0, 20))] }, false),
    ...path.map((hash, i) => consistency(7, 20, { path: path.with(i, flipped(hash)) }, false)),
    consistency(9, 9, { newerRoot: flipped(rootAt(9)) }, false),
    consistency(9, 9, { path: [rootAt(9)] }, false),
    consistency(0, 9, { olderRoot: rootAt(1) }, false),
    consistency(0, 9, { path: [rootAt(9)] }, false),
  ];
}

function checkpoints(): object[] {
  const good = checkpointOf(lines.slice(0, 7));
  const [text = '', signature = ''] = good.split('\n\n');
  const stranger = checkpointOf(lines.slice(0, 7), [STRANGER]);
  const of = (name: string, note: string, holds: boolean): object => ({ name, publicKey: FIRST.publicKey, note, holds });
  return [
    { ...of('of seven entries', good, true), size: 7, root: rootAt(7) },
    { ...of('of no entry', checkpointOf([]), true), size: 0, root: rootAt(0) },
    of('with a line of somebody else', `${text}\n\n${stranger.split('\n\n')[1]}${signature}`, true),
    of('signed by somebody else alone', stranger, false),
    of('another size', good.replace('\n7\n', '\n8\n'), false),
    of('a leading zero', good.replace('\n7\n', '\n07\n'), false),
    of('another root', good.replace(/\n[^\n]{43}=\n/, `\n${'A'.repeat(43)}=\n`), false),
    of('another ledger', checkpointOf(lines.slice(0, 7), [FIRST], STRANGER.keyId), false),
    of('one more line', `${text}\nmore\n\n${signature}`, false),
    of('no line feed at its end', good.slice(0, -1), false),
    of('a hyphen for the dash', good.replace('— ', '- '), false),
    of('carriage returns', good.replaceAll('\n', '\r\n'), false),
    of('base64 with other spare bits', good.replace(/([^\n])=\n\n/, 'B=\n\n'), false),
    of('one good and one bad line of the key', `${good}${signature.replace(/.{5}=\n$/, 'AAAAA=\n')}`, false),
    of('no signature', `${text}\n\n`, false),
    ...signedCheckpoints(text.split('\n'), good).map(([name, note, holds]) => of(name, note, holds)),
  ];
}

/** Each with a signature of the ledger's key that holds over what it says. */
function signedCheckpoints(
  [origin = '', size = '', root = '']: readonly string[],
  good: string,
): Array<[string, string, boolean]> {
  const sign = noteSigner(ORIGIN, FIRST);
  const signed = (text: string): string => `${text}\n${sign(text)}`;
  const other = (bytes: number, name = 'other.example/o'): string => signatureLine(name, Buffer.alloc(bytes, 7));
  return [
    ['signed: three lines', signed(`${origin}\n${size}\n${root}\n`), true],
    ['signed: one more line', signed(`${origin}\n${size}\n${root}\nmore\n`), false],
    ['signed: an empty line more', signed(`${origin}\n${size}\n${root}\n\n`), false],
    ['signed: base64 with other spare bits', signed(`${origin}\n${size}\n${root.slice(0, -2)}Z=\n`), false],
    ['signed: sixteen signatures', good + other(68).repeat(15), true],
    ['signed: seventeen signatures', good + other(68).repeat(16), false],
    ['signed: more characters than a note has', good + other(5_000).repeat(12), false],
    ['signed: a control character in another name', good + other(68, 'other\u0085example'), false],
    ['signed: a space of another kind in another name', good + other(68, 'other\u2003example'), false],
    ['signed: a hint without a signature', good + other(4), false],
    ['signed: base64 with other spare bits in another line', good + other(68).replace(/.=\n$/, '9=\n'), false],
  ];
}

function cosigned(note: string, time: bigint, signer: Signer = WITNESS, name = WITNESS_NAME): string {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(time);
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const signature = signer.sign(Buffer.from(`cosignature/v1\ntime ${time}\n${text}`));
  const hint = keyHint({ name, publicKey: signer.publicKey, type: 0x04 });
  return note + signatureLine(name, Buffer.concat([hint, stamp, signature]));
}

function cosignatures(): object[] {
  const time = 1_767_323_045n;
  const note = checkpointOf(lines.slice(0, 7));
  const good = cosigned(note, time);
  const key = verifierKey({ name: WITNESS_NAME, publicKey: WITNESS.publicKey, type: 0x04 });
  const of = (name: string, text: string, found: bigint | null): object => ({
    name,
    witness: key,
    note: text,
    cosignedAt: found === null ? null : Number(found),
  });
  const other = checkpointOf(lines.slice(0, 8));
  return [
    of('cosigned', good, time),
    of('not cosigned', note, null),
    of('by another key under its name', cosigned(note, time, STRANGER), null),
    of('under another name', cosigned(note, time, WITNESS, 'witness.example/w2'), null),
    of('of another checkpoint', other + good.slice(note.length), null),
    of(
      'after a line that does not hold',
      other.slice(0, other.length) + good.slice(note.length) + cosigned(other, time + 1n).slice(other.length),
      time + 1n,
    ),
  ];
}

interface Chain {
  readonly name: string;
  readonly told: readonly Told[] | readonly Line[];
  readonly holds: boolean;
  readonly publicKey?: string;
  /** Of its whole length; the right one where it is not given. */
  readonly head?: string;
  readonly kept?: readonly string[];
}

function chain({ name, told, holds, publicKey = FIRST.publicKey, head, kept = [] }: Chain): object {
  const made = told.map((one) => ('text' in one ? one : null)).filter((one) => one !== null);
  const all = made.length > 0 ? made : chainOf(told.filter((one) => 'body' in one));
  return { name, publicKey, lines: all, head: head ?? checkpointOf(all), kept, holds };
}

const before = story(BUNDLE, 1);
const CHANGE = before.length;
const rekeyed = [...before, keyChange(), ...story(BUNDLE, 1).slice(2)];

function chains(): object[] {
  const plain = chainOf(before);
  const at = checkpointOf(plain);
  const swap = plain.with(3, plain[2] ?? { text: '', values: {} }).with(2, plain[3] ?? { text: '', values: {} });
  const edited = plain.map((line) => ({ ...line, text: line.text.replace('"by":"una"', '"by":"eva"') }));
  const revalued = plain.map((line) => ({ ...line, values: JSON.parse(JSON.stringify(line.values).replace('90000', '90001')) }));
  const rebuilt = chainOf(
    before.map(({ body, ...rest }) => ({ ...rest, body: body['by'] === 'una' ? { ...body, by: 'eva' } : body })),
  );
  const erased = plain.map(({ text }) => ({ text, values: {} }));
  return [
    chain({ name: 'plain', told: plain, holds: true }),
    chain({ name: 'its hidden values erased', told: erased, holds: true }),
    chain({ name: 'a changed entry', told: edited, head: at, holds: false }),
    chain({ name: 'two entries swapped', told: swap, head: at, holds: false }),
    chain({ name: 'an entry taken out', told: plain.toSpliced(2, 1), head: at, holds: false }),
    chain({ name: 'its end cut off', told: plain.slice(0, -1), head: at, holds: false }),
    chain({ name: 'its beginning cut off', told: plain.slice(1), head: at, holds: false }),
    chain({ name: 'another hidden value', told: revalued, holds: false }),
    chain({ name: 'rebuilt by somebody else', told: rebuilt, head: checkpointOf(rebuilt, [STRANGER]), holds: false }),
    chain({ name: 'rebuilt with its own key, against a checkpoint kept elsewhere', told: rebuilt, kept: [at], holds: false }),
    ...keyChains(),
    ...spelledChains(plain),
    ...SPELLINGS.map(({ name, text, holds }) => chain({ name, told: [{ text, values: {} }], holds })),
  ];
}

/** Chains whose hashes and signatures hold, and whose entries are none. */
function spelledChains([first, second, ...rest]: readonly Line[]): object[] {
  if (first === undefined || second === undefined) return [];
  const changed = (from: string, to: string): Line => ({ ...second, text: second.text.replace(from, to) });
  const right = [first, second];
  return [
    chain({ name: 'two entries', told: right, holds: true }),
    chain({ name: 'a number passed over', told: [first, changed('"sequence":1', '"sequence":2')], holds: false }),
    chain({ name: 'a truth for the number one', told: [first, changed('"sequence":1', '"sequence":true')], holds: false }),
    chain({
      name: 'spelled wrong under the head of the right',
      told: [first, changed('{', '{ ')],
      head: checkpointOf(right),
      holds: false,
    }),
    chain({ name: 'a head over more entries', told: right, head: checkpointOf([first, second, ...rest]), holds: false }),
  ];
}

function keyChains(): object[] {
  const all = chainOf(rekeyed);
  const by = (size: number, ...signers: [Signer, ...Signer[]]): string => checkpointOf(all.slice(0, size), signers);
  const head = by(all.length, SECOND);
  const forged = (name: string, change: Told): object => {
    const told = chainOf(rekeyed.with(CHANGE, change));
    return chain({ name, told, head: checkpointOf(told, [SECOND]), publicKey: FIRST.publicKey, holds: false });
  };
  const { body } = keyChange();
  const dual = chainOf(rekeyed.slice(0, CHANGE + 1));
  return [
    chain({ name: 'a changed key, the first one pinned', told: all, head, kept: [by(CHANGE, FIRST)], holds: true }),
    chain({ name: 'a changed key, the second one pinned', told: all, head, publicKey: SECOND.publicKey, holds: true }),
    chain({ name: 'the head of the change, by both keys', told: dual, head: checkpointOf(dual, [FIRST, SECOND]), holds: true }),
    chain({ name: 'a changed key, a stranger pinned', told: all, head, publicKey: STRANGER.publicKey, holds: false }),
    chain({ name: 'the old key signs behind the change', told: all, head: by(all.length, FIRST), holds: false }),
    chain({ name: 'the new key signs for before the change', told: all, head, kept: [by(CHANGE, SECOND)], holds: false }),
    forged('the old key did not sign', {
      body: { ...body, previousSignature: keyChange(FIRST.keyId, STRANGER).body['previousSignature'] ?? '' },
    }),
    forged('the new key did not sign', {
      body: { ...body, signature: keyChange(FIRST.keyId, FIRST, STRANGER).body['signature'] ?? '' },
    }),
    forged('a change made for another ledger', keyChange(STRANGER.keyId)),
    forged('a change from a key that was not in force', keyChange(FIRST.keyId, STRANGER, SECOND)),
  ];
}

/** The file's text. */
export function treeVectors(): string {
  return vectorText({
    description:
      'Entries, leaf hashes, roots, inclusion and consistency proofs, checkpoints, cosignatures and chains, each with whether it holds. Keys are RFC 8032 keys of known seeds.',
    origin: ORIGIN,
    entries: lines.map(({ text }) => ({ text, leafHash: leafHash(text) })),
    roots: [...small, ...LARGE].map((size) => ({ size, root: rootAt(size) })),
    inclusion: inclusions(),
    consistency: consistencies(),
    checkpoints: checkpoints(),
    cosignatures: cosignatures(),
    chains: chains(),
  });
}

if (import.meta.main) process.stdout.write(treeVectors());
