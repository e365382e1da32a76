// What the generators of the vectors share: fixed keys, chains built from bodies, and the tree's proofs by RFC 6962's own recursion.

import { createPrivateKey } from 'node:crypto';
import { canonical, type Json } from '../../src/record/canonical.ts';
import { checkpointWriter, withSignatures } from '../../src/record/checkpoint.ts';
import { commit, type Hidden } from '../../src/record/commitment.ts';
import { encodeEntry, leafHash, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import { keyChangeBody } from '../../src/record/key-change.ts';
import { EMPTY_ROOT, nodeHash, splitOf } from '../../src/record/merkle.ts';
import { noteSigner } from '../../src/record/signed-note.ts';
import { type Signer, signerFor } from '../../src/record/signer.ts';

const SEED_PREFIX = '302e020100300506032b657004220420';

/** Seeds are public, so these keys prove nothing anywhere else. The first is that of RFC 8032 section 7.1, test 1. */
function fixedKey(seed: string): Signer {
  return signerFor(createPrivateKey({ key: Buffer.from(SEED_PREFIX + seed, 'hex'), format: 'der', type: 'pkcs8' }));
}

export const FIRST = fixedKey('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
export const SECOND = fixedKey('22'.repeat(32));
export const STRANGER = fixedKey('33'.repeat(32));
export const WITNESS = fixedKey('44'.repeat(32));

/** An entry, and the values that lie beside it. */
export interface Line {
  readonly text: string;
  readonly values: Readonly<Record<string, Hidden>>;
}

export interface Told {
  readonly body: { readonly [key: string]: Json };
  readonly values?: Readonly<Record<string, Hidden>>;
}

export function chainOf(told: readonly Told[]): Line[] {
  let previous = NO_PREVIOUS;
  return told.map(({ body, values = {} }, i) => {
    const time = new Date(Date.UTC(2026, 0, 2, 3, 4, i)).toISOString();
    const text = encodeEntry(canonical(body), previous, i, time);
    previous = leafHash(text);
    return { text, values };
  });
}

export function leavesOf(lines: readonly Line[]): string[] {
  return lines.map(({ text }) => leafHash(text));
}

/** MTH of RFC 6962 section 2.1. */
export function rootOver(leaves: readonly string[]): string {
  if (leaves.length < 2) return leaves[0] ?? EMPTY_ROOT;
  const split = splitOf(leaves.length);
  return nodeHash(rootOver(leaves.slice(0, split)), rootOver(leaves.slice(split)));
}

/** PATH of section 2.1.1. */
export function inclusionPath(index: number, leaves: readonly string[]): string[] {
  if (leaves.length < 2) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionPath(index, left), rootOver(right)]
    : [...inclusionPath(index - split, right), rootOver(left)];
}

/** PROOF of section 2.1.2; empty from the empty tree. */
export function consistencyPath(older: number, leaves: readonly string[]): string[] {
  return older === 0 ? [] : subproof(older, leaves, true);
}

function subproof(older: number, leaves: readonly string[], whole: boolean): string[] {
  if (older === leaves.length) return whole ? [] : [rootOver(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return older <= split
    ? [...subproof(older, left, whole), rootOver(right)]
    : [...subproof(older - split, right, false), rootOver(left)];
}

/** A checkpoint over these entries under the name of the ledger that `FIRST` began, by each of these keys. */
export function checkpointOf(
  lines: readonly Line[],
  signers: readonly [Signer, ...Signer[]] = [FIRST],
  ledger = FIRST.keyId,
): string {
  const root = rootOver(leavesOf(lines));
  const notes = signers.map((signer) => checkpointWriter(signer, ledger)(lines.length, root));
  return notes.reduce(withSignatures);
}

/** One under any origin. */
export function checkpointText(origin: string, size: number, root: string): string {
  const text = `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
  return `${text}\n${noteSigner(origin, FIRST)(text)}`;
}

const RECIPIENTS: Hidden = { salt: '0123456789abcdef'.repeat(2), value: ['zoë@customer.example', 'a"b\\c@customer.example'] };
const REASON: Hidden = { salt: 'fedcba9876543210'.repeat(2), value: 'a refund of 90000 waits for finance' };

const START: Told = { body: { type: 'start', version: '0.0.0', syncedSize: 0, note: '' } };

/** A verdict that waits, with two hidden values. */
function waiting(bundle: string): Told {
  const facts = {
    host: 'api.stripe.com',
    inspected: true,
    amountMinor: 9_007_199_254_740_991,
    recipients: { commitment: commit(RECIPIENTS.value, RECIPIENTS.salt) },
  };
  return {
    body: {
      type: 'verdict',
      exchange: 'x1',
      agent: 'support-bot',
      user: null,
      verdict: 'WAIT',
      ticket: 't_1',
      actions: [{ action: 'payment.refund', resource: { type: 'Account', id: 'acct_1' }, facts }],
      bundle,
      policies: ['refund-ceiling'],
      reason: { commitment: commit(REASON.value, REASON.salt) },
    },
    values: { 'actions/0/facts/recipients': RECIPIENTS, reason: REASON },
  };
}

function moved(move: string, by: string | null, ticket = 't_1'): Told {
  return { body: { type: 'ticket', ticket, exchange: 'x1', move, agent: 'support-bot', by, channel: 'slack' } };
}

function filler(i: number): Told {
  return {
    body: {
      type: 'verdict',
      exchange: `y${i}`,
      agent: 'bot \u{1f600} ü',
      verdict: 'ALLOW',
      nested: { '10': 'ten', '9': [-1, null] },
    },
  };
}

/** Sequences: what was waited for, its moves, what became of it; then another ticket's approval. */
export const WAITED = 1;
export const OTHER_APPROVAL = 5;

export function story(bundle: string, more: number): Told[] {
  const outcome: Told = { body: { type: 'outcome', exchange: 'x1', verdictEntry: String(WAITED), result: 'sent', status: 200 } };
  const told = [
    START,
    waiting(bundle),
    moved('opened', null),
    moved('approved', 'una'),
    outcome,
    moved('approved', 'eve', 't_2'),
  ];
  return [...told, ...Array.from({ length: more }, (_, i) => filler(i))];
}

/** The change from `FIRST` to `SECOND`. */
export function keyChange(ledger = FIRST.keyId, previous = FIRST, next = SECOND): Told {
  return { body: { ...keyChangeBody({ ledger, previous, next, reason: 'yearly', osUser: null }) } };
}

/** One list item a line, so that a change can be read. */
export function vectorText(vectors: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(vectors).map(([name, value]) => {
    const shown = Array.isArray(value)
      ? `[\n${value.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n ]`
      : JSON.stringify(value);
    return ` ${JSON.stringify(name)}: ${shown}`;
  });
  return `{\n${members.join(',\n')}\n}\n`;
}
