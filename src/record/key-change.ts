// From one key to the next: the old one signs the new one, in an entry of the chain.

import { verify } from 'node:crypto';
import { keyIdOf } from './signer.ts';
import type { Signer } from './signer.ts';
import { publicKeyObject } from './signed-note.ts';

/** The keys of a ledger changed: from the next checkpoint on the new one signs. */
export interface KeyBody {
  readonly type: 'key';
  readonly move: 'rotated';
  /** Raw Ed25519 keys, base64. */
  readonly publicKey: string;
  readonly previousKey: string;
  /** The old key's word for the new one, and the new one's that it is there; both over `changeText`, base64. */
  readonly previousSignature: string;
  readonly signature: string;
  readonly reason: string;
  /** The operating system's user, as the command told. */
  readonly osUser: string | null;
}

interface KeyChange {
  /** Key id of the first key. */
  readonly ledger: string;
  readonly previous: Signer;
  readonly next: Signer;
  readonly reason: string;
  readonly osUser: string | null;
}

/** A key of a ledger and the first entry that it signs for. */
export interface LedgerKey {
  readonly publicKey: string;
  /** Checkpoints of more entries than this are signed by it. */
  readonly from: number;
}

/** What both keys sign: bound to the ledger, so that it says nothing in another one. */
function changeText(ledger: string, previousKey: string, publicKey: string): Buffer {
  return Buffer.from(`interlock:key-change:v1\n${ledger}\n${previousKey}\n${publicKey}\n`);
}

export function keyChangeBody({ ledger, previous, next, reason, osUser }: KeyChange): KeyBody {
  const text = changeText(ledger, previous.publicKey, next.publicKey);
  return {
    type: 'key',
    move: 'rotated',
    publicKey: next.publicKey,
    previousKey: previous.publicKey,
    previousSignature: previous.sign(text).toString('base64'),
    signature: next.sign(text).toString('base64'),
    reason,
    osUser,
  };
}

/** Follows the keys of a ledger through its entries. */
export interface KeyWalk {
  /** Null, or why this entry is no change of the key in force. */
  see(sequence: number, body: Readonly<Record<string, unknown>>): string | null;
  /** Those known so far, first to last; empty before the first change. */
  readonly keys: readonly LedgerKey[];
}

/** `ledger`: key id of the first key, as the checkpoints name it. */
export function walkKeys(ledger: string): KeyWalk {
  const keys: LedgerKey[] = [];
  return {
    keys,
    see(sequence, body) {
      if (body['type'] !== 'key') return null;
      const { publicKey, previousKey, signature, previousSignature } = body;
      if (!isKey(publicKey) || !isKey(previousKey)) return 'a change of keys without keys';
      const expected = keys.at(-1)?.publicKey;
      if (expected === undefined ? keyIdOf(previousKey) !== ledger : previousKey !== expected)
        return 'a change from a key that was not in force';
      const text = changeText(ledger, previousKey, publicKey);
      if (!holds(text, previousKey, previousSignature)) return 'the old key did not sign the new one';
      if (!holds(text, publicKey, signature)) return 'the new key did not sign the change';
      if (expected === undefined) keys.push({ publicKey: previousKey, from: 0 });
      keys.push({ publicKey, from: sequence });
      return null;
    },
  };
}

/** The key that signs a checkpoint of `size` entries: that of the last change before its last entry. */
export function keyAt(keys: readonly LedgerKey[], size: number): string | undefined {
  return keys.findLast(({ from }) => from < size || from === 0)?.publicKey;
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(value);
}

function holds(text: Buffer, publicKey: string, signature: unknown): boolean {
  if (typeof signature !== 'string') return false;
  return verify(null, text, publicKeyObject(publicKey), Buffer.from(signature, 'base64'));
}
