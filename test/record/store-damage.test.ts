// Torn, flipped and missing files of every kind: refused, found by verify, or told of; never a shorter chain without a word (threat F14).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fateOf, sampleLedger } from './damage.ts';
import type { Damage, DamageKind, Fate } from './damage.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KINDS: readonly DamageKind[] = ['flip', 'cut', 'zeros', 'garbage'];
/** Positions for each file and kind. */
const POSITIONS = 12;

test('whatever is done to a file of the store, nothing goes missing in silence', async (t) => {
  const sample = await sampleLedger(temporaryFolder(t), 12);
  const kinds = new Set(sample.files.map((name) => name.replace(/^\d+/, '').replace(/-\d+/, '')));
  assert.deepEqual([...kinds].toSorted(), ['.ldb', '.log', 'CURRENT', 'MANIFEST']);
  const fates = new Map<Fate, number>();
  const damages = sample.files.flatMap((file) => [
    { file, kind: 'gone' as const, place: 0, bit: 0 },
    ...KINDS.flatMap((kind) =>
      Array.from({ length: POSITIONS }, (_, i) => ({ file, kind, place: (i + 0.5) / POSITIONS, bit: i })),
    ),
  ]);
  for (const damage of damages satisfies Damage[]) {
    const { fate, told } = await fateOf(sample, damage);
    assert.notEqual(fate, 'silent', JSON.stringify(damage));
    if (fate !== 'harmless') assert.notEqual(told, '', JSON.stringify(damage));
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(fates)));
  assert.ok((fates.get('refused') ?? 0) > 0);
});
