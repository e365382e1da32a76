// The files of a bundle cut into pieces and put together again are the same files, and no piece is large.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BundleFiles } from '../../src/decide/bundle-files.ts';
import { assembleFiles, filesHead, filesPieces, PIECE_BYTES } from '../../src/decide/files-parcel.ts';
import { filesOf } from './bundle-fixture.ts';

function thereAndBack(files: BundleFiles): BundleFiles {
  const assembly = assembleFiles(structuredClone(filesHead(files)));
  for (const piece of filesPieces(files)) assembly.add(structuredClone(piece));
  return assembly.files;
}

/** Ends pieces in the middle of characters. */
const LONG = `${'x'.repeat(PIECE_BYTES - 1)}😀${'é'.repeat(2 * PIECE_BYTES)}`;

describe('there and back', () => {
  for (const [name, files] of [
    [
      'every file of several pieces',
      { ...filesOf({ policies: LONG, entities: LONG, constraints: LONG, schema: LONG }), budgets: LONG, tools: LONG },
    ],
    [
      'empty files, which are there all the same',
      { ...filesOf({ policies: '', entities: '', constraints: '', schema: '' }), budgets: '', tools: '' },
    ],
    ['no budgets', filesOf({ policies: 'a' })],
    [
      'policy files in their order',
      {
        ...filesOf({ policies: 'a' }),
        policies: new Map([
          ['b.cedar', 'b'],
          ['a.cedar', LONG],
          ['c.cedar', ''],
        ]),
      },
    ],
  ] as const)
    test(name, () => {
      const back = thereAndBack(files);
      assert.deepEqual(back, files);
      assert.deepEqual([...back.policies.keys()], [...files.policies.keys()]);
    });
});

test('no piece holds more than it may, and the head holds no text', () => {
  const files = filesOf({ policies: LONG, entities: LONG });
  const pieces = [...filesPieces(files)];
  assert.ok(pieces.length >= 8);
  // Each is handed over with its buffer, so nothing else may be in it.
  for (const { bytes } of pieces) assert.ok(bytes.length <= PIECE_BYTES && bytes.buffer.byteLength === bytes.length);
  assert.ok(JSON.stringify(filesHead(files)).length < 200);
});
