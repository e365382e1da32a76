// Only the documented shape is read: unknown members, versions, repeated keys, odd values and huge files are refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { MAX_PROOF_BYTES, proofJson, writeProof } from '../../src/proof/proof-file.ts';
import { readProof } from '../../src/proof/read-proof.ts';
import { provenLedger } from './proven-ledger.ts';

function refused(text: string | Buffer, why: RegExp): void {
  assert.throws(
    () => readProof(Buffer.from(text)),
    (error) => error instanceof InterlockError && error.code === 'USAGE' && why.test(error.message),
    String(why),
  );
}

test('what is not as documented is refused by name', async (t) => {
  const { prove, ledger } = await provenLedger(t);
  const file = await prove({ since: ledger.checkpoint(), disclose: ['actions/0/facts/recipients'] });
  const text = writeProof(proofJson(file));
  assert.equal(readProof(Buffer.from(text)).format, 'interlock-proof/1');
  const json = (): Record<string, ReturnType<typeof JSON.parse>> => JSON.parse(text);
  const changed = (change: (file: ReturnType<typeof json>) => unknown): string => {
    const copy = json();
    change(copy);
    return JSON.stringify(copy);
  };
  refused('', /not JSON/);
  refused('[]', /`format`/);
  refused(Buffer.from([0xff, 0xfe]), /not UTF-8/);
  refused(text.replace('"keys": [],', '"keys": [], "keys": [],'), /repeated key/);
  refused(
    changed((f) => (f['format'] = 'interlock-proof/2')),
    /`format`/,
  );
  refused(
    changed((f) => (f['more'] = 1)),
    /does not know: "more"/,
  );
  refused(
    changed((f) => delete f['since']),
    /has no `since`/,
  );
  refused(
    changed((f) => (f['keys'] = ['x'])),
    /`keys\/0` is not an object/,
  );
  refused(
    changed((f) => (f['publicKey'] = `${f['publicKey'].slice(0, 43)}+`)),
    /`publicKey`/,
  );
  refused(
    changed((f) => (f['checkpoint'] = 1)),
    /`checkpoint` is not a text/,
  );
  refused(
    changed((f) => (f['checkpoint'] = 'a'.repeat(65_537))),
    /`checkpoint` is longer/,
  );
  refused(
    changed((f) => (f['entry'].path[0] = 'A'.repeat(64))),
    /64 hex digits/,
  );
  refused(
    changed((f) => (f['entry'].path = Array.from({ length: 65 }, () => 'a'.repeat(64)))),
    /more than 64/,
  );
  refused(
    changed((f) => (f['entry'].text = '\ud800')),
    /half a character/,
  );
  refused(
    changed((f) => (f['entry'].values['actions/0/facts/recipients'].salt = 'xy')),
    /salt/,
  );
  refused(
    changed((f) => (f['entry'].values['actions/0/facts/recipients'].value = 1.5)),
    /number that no entry holds/,
  );
  refused(
    changed((f) => (f['related'] = Array.from({ length: 65 }, () => f['entry']))),
    /more than 64/,
  );
  refused(
    changed((f) => (f['bundle'].files['a.cedar'] = 1)),
    /a\.cedar` is not a text/,
  );
  refused(
    changed((f) => (f['bundle'].digest = 'x')),
    /`bundle\/digest`/,
  );
  refused(
    changed((f) => (f['since'].path = {})),
    /`since\/path` is not a list/,
  );
  refused(Buffer.alloc(MAX_PROOF_BYTES + 1, 0x20), /larger than/);
  const nested = Array.from({ length: 10 }).reduce<unknown>((inner) => [inner], 'x');
  const odd: ReadonlyArray<readonly [change: (f: ReturnType<typeof json>) => unknown, why: RegExp]> = [
    // Another spelling of the same 32 bytes.
    [(f) => (f['publicKey'] = `${f['publicKey'].slice(0, 42)}B=`), /`publicKey`/],
    [(f) => (f['entry'].values = []), /`entry\/values` is not an object/],
    [(f) => (f['entry'].values['actions/0/facts/recipients'].value = nested), /nested too deep/],
    [(f) => (f['entry'].text = 'x'.repeat(4 * 1024 * 1024 + 1)), /`entry\/text` is longer/],
    [(f) => (f['keys'] = Array.from({ length: 65 }, () => f['entry'])), /`keys` has more than 64/],
    [(f) => (f['bundle'].files = []), /`bundle\/files` is not an object/],
    [(f) => (f['bundle'].files = Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`${i}.cedar`, '']))), /more than 512/],
  ];
  for (const [change, why] of odd) refused(changed(change), why);
});
