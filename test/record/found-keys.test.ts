// Which keys a repair takes for the ledger's, from the list beside the entries, the changes among them, the key files and the head.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { keyChangeBody, type LedgerKey } from '../../src/record/key-change.ts';
import { findKeys, type FoundKeys, type SeenChange, signedHeadOf } from '../../src/record/repair-keys.ts';
import type { Salvage } from '../../src/record/salvage.ts';
import { type Signer, signerFor } from '../../src/record/signer.ts';
import { HEAD_KEY, KEYS_KEY } from '../../src/record/store-keys.ts';

const [FIRST, SECOND, THIRD] = [newKey(), newKey(), newKey()];
const STRANGER = newKey();
const LAST = 20;
const [TO_SECOND, TO_THIRD] = [5, 9];

function newKey(): Signer {
  return signerFor(generateKeyPairSync('ed25519').privateKey);
}

function changed(previous: Signer, next: Signer, entry: number, lostBefore: number | null = null): SeenChange {
  return { entry, lostBefore, body: { ...keyChangeBody({ ledger: FIRST.keyId, previous, next, reason: '', osUser: null }) } };
}

/** As the list beside the entries has it. */
function listed(previous: Signer, next: Signer, from: number, by = previous): LedgerKey {
  const { previousSignature, signature } = keyChangeBody({ ledger: FIRST.keyId, previous: by, next, reason: '', osUser: null });
  const { publicKey } = next;
  return {
    publicKey,
    from,
    change: by === previous ? { previousSignature, signature } : { previousSignature: 'AAAA', signature },
  };
}

const ONE: LedgerKey = { publicKey: FIRST.publicKey, from: 0 };
const TWO = listed(FIRST, SECOND, TO_SECOND);

interface Left {
  readonly list?: readonly LedgerKey[];
  readonly changes?: readonly SeenChange[];
  readonly files: readonly Signer[];
  /** Who signed the head; null: there is none. */
  readonly head: Signer | null;
  readonly size?: number;
}

async function find({ list = [], changes = [], files, head, size = LAST }: Left): Promise<FoundKeys | null> {
  const note = head === null ? undefined : checkpointWriter(head, FIRST.keyId)(size, 'ab'.repeat(32));
  const kept: Readonly<Record<string, string | undefined>> = {
    [HEAD_KEY]: note,
    [KEYS_KEY]: list.length === 0 ? undefined : JSON.stringify(list),
  };
  const salvage: Salvage = { get: async (key) => kept[key], pairs: async function* () {}, damages: [] };
  return findKeys(salvage, files, { head: await signedHeadOf(salvage, files), changes, last: LAST });
}

async function proven(left: Left): Promise<boolean | undefined> {
  return (await find(left))?.proven;
}

test('without a key file there is no key in force', async () => {
  assert.equal(await find({ list: [ONE, TWO], files: [], head: SECOND }), null);
});

test('changes among the entries: each key once and from its entry on, none of them lost, whether listed too or not', async () => {
  const changes = [changed(FIRST, SECOND, TO_SECOND), changed(SECOND, THIRD, TO_THIRD)];
  const third = listed(SECOND, THIRD, TO_THIRD);
  for (const list of [[], [ONE, TWO], [ONE, TWO, third], [ONE, third]]) {
    const found = await find({ list, changes, files: [THIRD], head: THIRD });
    assert.deepEqual(
      found?.keys.map(({ publicKey, from }) => [publicKey, from]),
      [
        [FIRST.publicKey, 0],
        [SECOND.publicKey, TO_SECOND],
        [THIRD.publicKey, TO_THIRD],
      ],
    );
    assert.deepEqual([found.lost, found.signer, found.ledger, found.proven], [[], THIRD, FIRST.keyId, true]);
  }
});

test('of a key before which entries are lost nobody knows that it was the first', async () => {
  const found = await find({ changes: [changed(SECOND, THIRD, TO_THIRD, 3)], files: [THIRD], head: THIRD });
  assert.deepEqual(
    found?.keys.map(({ publicKey, from }) => [publicKey, from]),
    [
      ['', 0],
      [SECOND.publicKey, 3],
      [THIRD.publicKey, TO_THIRD],
    ],
  );
  assert.deepEqual([found.lost.map(({ publicKey }) => publicKey), found.proven], [[SECOND.publicKey], false]);
});

test('a head behind the last known change is signed by a newer key: its change is lost, and nothing proves it', async () => {
  for (const list of [[], [ONE, TWO]]) {
    const found = await find({ list, files: [SECOND, THIRD], head: THIRD });
    assert.deepEqual([found?.signer, found?.keys.at(-1)], [THIRD, { publicKey: THIRD.publicKey, from: LAST }]);
    assert.equal(found?.lost.at(-1)?.publicKey, THIRD.publicKey);
    assert.equal(found?.proven, false);
  }
  // One of before the change was signed by the key before.
  const older = await find({ list: [ONE, TWO], files: [FIRST, SECOND], head: FIRST, size: TO_SECOND });
  assert.equal(older?.signer, SECOND);
  const gone = await find({ list: [ONE, TWO], files: [THIRD, FIRST], head: FIRST, size: TO_SECOND });
  assert.equal(gone?.signer, FIRST);
});

test('the list proves a key that did not sign the head, by the signatures in it and only with a head that names the ledger', async () => {
  const list = [ONE, TWO];
  assert.equal(await proven({ list, files: [SECOND], head: STRANGER }), true);
  assert.equal(await proven({ list, files: [SECOND], head: null }), false);
  assert.equal(await proven({ list: [ONE, listed(FIRST, SECOND, TO_SECOND, STRANGER)], files: [SECOND], head: STRANGER }), false);
  assert.equal(
    await proven({ list: [ONE, { publicKey: SECOND.publicKey, from: TO_SECOND }], files: [SECOND], head: STRANGER }),
    false,
  );
  const others = [{ publicKey: STRANGER.publicKey, from: 0 }, listed(STRANGER, SECOND, TO_SECOND)];
  assert.equal(await proven({ list: others, files: [SECOND], head: STRANGER }), false);
});

test('a key of the name of the ledger that nothing signed is not proven', async () => {
  assert.equal(await proven({ files: [FIRST], head: FIRST }), true);
  assert.equal(await proven({ files: [FIRST], head: STRANGER }), false);
  assert.equal(await proven({ files: [FIRST], head: null }), false);
});

test('a list that is damaged tells nothing; one that can not be read now is no damage', async () => {
  const reading = (get: Salvage['get']): Promise<FoundKeys | null> => {
    const salvage: Salvage = { get, pairs: async function* () {}, damages: [] };
    return findKeys(salvage, [FIRST], { head: null, changes: [], last: LAST });
  };
  assert.deepEqual((await reading(async () => 'nothing of it is left'))?.keys, []);
  await assert.rejects(
    reading(() => Promise.reject(new Error('IO error'))),
    /IO error/,
  );
});
