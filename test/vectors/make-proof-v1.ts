// Makes proof-v1.json: `node test/vectors/make-proof-v1.ts > test/vectors/proof-v1.json`. The same bytes each time.

import { bundleDigest } from '../../src/decide/bundle-digest.ts';
import { CONSISTENCY_FORMAT, PROOF_FORMAT, proofJson, type ProvenEntry, writeProof } from '../../src/proof/proof-file.ts';
import { commit } from '../../src/record/commitment.ts';
import type { Signer } from '../../src/record/signer.ts';
import {
  chainOf,
  checkpointOf,
  checkpointText,
  consistencyPath,
  FIRST,
  inclusionPath,
  keyChange,
  leavesOf,
  type Line,
  OTHER_APPROVAL,
  rootOver,
  SECOND,
  story,
  STRANGER,
  vectorText,
  WAITED,
} from './vector-ledger.ts';

const FILES: ReadonlyMap<string, string> = new Map([
  ['schema.cedarschema', 'entity Agent;\n'],
  ['entities.json', '[]\n'],
  ['constraints.yaml', ''],
  ['payment.cedar', '@id("refund-ceiling")\n@verdict("wait")\npermit (principal, action, resource); // ü\n'],
]);
const DIGEST = bundleDigest(FILES);
const OLD = 4;

const plain = chainOf(story(DIGEST, 3));
const told = story(DIGEST, 1);
const rekeyed = chainOf([...told, keyChange(), ...story(DIGEST, 1).slice(3)]);
const CHANGE = told.length;

function proven(lines: readonly Line[], sequence: number, places: readonly string[] = []): ProvenEntry {
  const { text, values } = lines[sequence] ?? { text: '', values: {} };
  const shown = Object.entries(values).filter(([place]) => places.includes(place));
  return { text, path: inclusionPath(sequence, leavesOf(lines)), values: Object.fromEntries(shown) };
}

interface Ledger {
  readonly lines: readonly Line[];
  readonly signer: Signer;
  readonly changes: readonly number[];
}

const ONE_KEY: Ledger = { lines: plain, signer: FIRST, changes: [] };
const TWO_KEYS: Ledger = { lines: rekeyed, signer: SECOND, changes: [CHANGE] };

function since({ lines }: Ledger): { readonly checkpoint: string; readonly path: string[] } {
  return { checkpoint: checkpointOf(lines.slice(0, OLD)), path: consistencyPath(OLD, leavesOf(lines)) };
}

function proofText(ledger: Ledger, related: readonly number[], change: object = {}): string {
  const { lines, signer, changes } = ledger;
  const file = {
    format: PROOF_FORMAT,
    publicKey: signer.publicKey,
    keys: changes.map((one) => proven(lines, one)),
    checkpoint: checkpointOf(lines, [signer]),
    entry: proven(lines, WAITED, ['actions/0/facts/recipients']),
    related: related.map((one) => proven(lines, one)),
    bundle: { digest: DIGEST, files: FILES },
    since: since(ledger),
    ...change,
  } as const;
  return writeProof(proofJson(file));
}

function consistencyText(ledger: Ledger): string {
  const { lines, signer, changes } = ledger;
  const keys = changes.map((one) => proven(lines, one));
  const said = { publicKey: signer.publicKey, keys, checkpoint: checkpointOf(lines, [signer]), since: since(ledger) };
  return writeProof(proofJson({ format: CONSISTENCY_FORMAT, ...said }));
}

function file(name: string, text: string, holds: boolean, publicKey: string | null = FIRST.publicKey): object {
  return { name, publicKey, text, holds };
}

const RELATED = [2, 3, 4];

function broken(good: string): object[] {
  const changed = (name: string, from: string | RegExp, to: string): object => file(name, good.replace(from, to), false);
  return [
    changed('a word of the entry changed', 'support-bot', 'another-bot'),
    changed('a disclosed value changed', 'zoë', 'zoe'),
    changed('its salt changed', '"salt": "0', '"salt": "1'),
    changed('its salt too short', /"salt": "../, '"salt": "'),
    changed('a value disclosed for a place without commitment', '"actions/0/facts/recipients": {', '"actions/0/facts/host": {'),
    changed('a hash of the path changed', /("path": \[\s*"[0-9a-f]{60})..../, '$10000'),
    changed('a policy changed', 'permit (', 'forbid ('),
    changed('an approver changed', 'una', 'eva'),
    changed('a member twice', '"keys": [],', '"keys": [], "keys": [],'),
    changed('a member that is not known', '"keys": [],', '"keys": [], "more": 1,'),
    changed('a member missing', '"keys": [],', ''),
    changed('another version', 'interlock-proof/1', 'interlock-proof/2'),
    changed('spaces in an entry', '"text": "{', '"text": "{ '),
    changed('the checkpoint of another size', /\\n9\\n/, '\\n10\\n'),
    changed('something behind it', /$/, '{}'),
    file('a stranger pinned', good, false, STRANGER.publicKey),
    file('an approval of another ticket', proofText(ONE_KEY, [OTHER_APPROVAL]), false),
    file('an entry twice', proofText(ONE_KEY, [2, 2]), false),
    file('signed by a stranger', proofText(ONE_KEY, RELATED, { checkpoint: checkpointOf(plain, [STRANGER]) }), false),
    file('going on from another ledger', proofText(ONE_KEY, RELATED, { since: since(TWO_KEYS) }), false),
  ];
}

/** Whoever has the key signs these: every hash and signature holds, and what the files say does not. */
function signed(): object[] {
  const [waited = { text: '', values: {} }] = plain.slice(WAITED);
  const over = (line: Line, change: object = {}): string => {
    const lines = plain.with(WAITED, line);
    const ledger = { ...ONE_KEY, lines };
    return proofText(ledger, [], { since: null, entry: proven(lines, WAITED, ['reason']), ...change });
  };
  const reason = (salt: string): Line => {
    const hidden = { salt, value: 'refunds' };
    const made = waited.text.replace(/("reason":\{"commitment":")[^"]*/, `$1${commit(hidden.value, salt)}`);
    return { text: made, values: { reason: hidden } };
  };
  const beforeTree = checkpointText(`interlock-ledger/${FIRST.keyId}`, plain.length, rootOver(leavesOf(plain)));
  const others = new Map([...FILES, ['more.cedar', '']]);
  const otherBundle = { digest: bundleDigest(others), files: others };
  const newer = { checkpoint: checkpointOf(plain), path: consistencyPath(OLD, leavesOf(plain)) };
  return [
    file('signed: a value opens its commitment', over(reason('0'.repeat(32))), true),
    file('signed: a salt that is shorter', over(reason('0'.repeat(30))), false),
    file('signed: a salt in upper case', over(reason('A'.repeat(32))), false),
    file('signed: an entry that is spelled in another way', over({ ...waited, text: waited.text.replace('{', '{ ') }), false),
    file('signed: a checkpoint of before the tree', proofText(ONE_KEY, RELATED, { checkpoint: beforeTree }), false),
    file('signed: another bundle than the one that decided', proofText(ONE_KEY, RELATED, { bundle: otherBundle }), false),
    file(
      'signed: an older checkpoint that is the newer one',
      proofText({ ...ONE_KEY, lines: plain.slice(0, OLD) }, [], { since: newer }),
      false,
    ),
    file('signed: changes of keys that lead to another one', proofText({ ...TWO_KEYS, signer: FIRST }, RELATED), false),
    file(
      'signed: no older checkpoint to go on from',
      consistencyText(ONE_KEY).replace(/"since": \{[^}]*\}/, '"since": null'),
      false,
    ),
  ];
}

function changedKeys(): object[] {
  const good = proofText(TWO_KEYS, RELATED);
  const [other] = [proven(chainOf([...told, keyChange(FIRST.keyId, STRANGER, SECOND)]), CHANGE)];
  const unsigned = rekeyed[CHANGE]?.text.replace(/"previousSignature":"...../, '"previousSignature":"AAAAA') ?? '';
  return [
    file('a changed key, the first one pinned', good, true),
    file('a changed key, the second one pinned', good, true, SECOND.publicKey),
    file('a changed key, none pinned', good, true, null),
    file('consistency across a change of keys', consistencyText(TWO_KEYS), true),
    file('a changed key, a stranger pinned', good, false, STRANGER.publicKey),
    file('its change left out', proofText({ ...TWO_KEYS, changes: [] }, RELATED), false, SECOND.publicKey),
    file('its change twice', proofText({ ...TWO_KEYS, changes: [CHANGE, CHANGE] }, RELATED), false),
    file('another entry in the place of its change', proofText({ ...TWO_KEYS, changes: [WAITED] }, RELATED), false),
    file('signed by the old key behind the change', proofText(TWO_KEYS, RELATED, { checkpoint: checkpointOf(rekeyed) }), false),
    file('a change from a stranger', proofText(TWO_KEYS, RELATED, { keys: [other] }), false, SECOND.publicKey),
    file(
      'a change that is not signed',
      proofText(TWO_KEYS, RELATED, { keys: [{ ...proven(rekeyed, CHANGE), text: unsigned }] }),
      false,
    ),
    file(
      'a change that is not in the tree',
      proofText(TWO_KEYS, RELATED, { keys: [{ ...proven(rekeyed, CHANGE), path: [] }] }),
      false,
    ),
  ];
}

/** The file's text. */
export function proofVectors(): string {
  const good = proofText(ONE_KEY, RELATED);
  const small = proofText(ONE_KEY, [], { bundle: null, since: null, entry: proven(plain, WAITED) });
  return vectorText({
    description: 'Proof files, the key that the reader pins (null: none), and whether they hold.',
    files: [
      file('all that a file may hold', good, true),
      file('an entry alone', small, true),
      file('consistency', consistencyText(ONE_KEY), true),
      file(
        'consistency with a broken path',
        consistencyText(ONE_KEY).replace(/("path": \[\s*"[0-9a-f]{60})..../, '$10000'),
        false,
      ),
      ...broken(good),
      ...signed(),
      ...changedKeys(),
    ],
  });
}

if (import.meta.main) process.stdout.write(proofVectors());
