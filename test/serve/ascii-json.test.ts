// JSON that can be printed anywhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asciiJson } from '../../src/serve/ascii-json.ts';

test('printable ASCII only, and the same value once read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = asciiJson({ [text]: [text] });
      assert.match(written, /^[\x20-\x7e]*$/);
      assert.deepEqual(JSON.parse(written), { [text]: [text] });
    }),
  );
});
