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

/** What both keys said of a change, base64; empty where it is lost. */
export interface ChangeWord {
  readonly previousSignature: string;
  readonly signature: string;
}

/** A key of a ledger and the first entry that it signs for. */
export interface LedgerKey {
  readonly publicKey: string;
  /** Checkpoints of more entries than this are signed by it. */
  readonly from: number;
  /** Its key id, where the key itself was lost to damage and `publicKey` is empty. */
  readonly id?: string;
  /** As the store keeps it of each but the first: should the entry be lost, a repair tells it again. */
  readonly change?: ChangeWord;
}

/** What both keys sign: bound to the ledger, so that it says nothing in another one. */
export function changeText(ledger: string, previousKey: string, publicKey: string): Buffer {
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

/** Did each of the two keys sign the other's? */
export function holdsChange(
  ledger: string,
  { previousKey, publicKey, previousSignature, signature }: ChangeWord & Pick<KeyBody, 'previousKey' | 'publicKey'>,
): boolean {
  const text = changeText(ledger, previousKey, publicKey);
  return signed(text, previousKey, previousSignature) && signed(text, publicKey, signature);
}

/** Key id of the first key: the ledger's name. `publicKey`: the one in force, where it has no other. */
export function ledgerOfKeys(keys: readonly LedgerKey[], publicKey: string): string {
  return keys[0]?.id ?? keyIdOf(keys[0]?.publicKey ?? publicKey);
}

/** The key that signs a checkpoint of `size` entries: that of the last change before its last entry. */
export function keyAt(keys: readonly LedgerKey[], size: number): string | undefined {
  return keys.findLast(({ from }) => from < size || from === 0)?.publicKey;
}

export function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(value);
}

/** Does this key's signature over the text hold? */
export function signed(text: Buffer, publicKey: string, signature: unknown): boolean {
  if (typeof signature !== 'string') return false;
  return verify(null, text, publicKeyObject(publicKey), Buffer.from(signature, 'base64'));
}
