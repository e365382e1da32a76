// Which kinds of API live at a host: by its exact name before a suffix, and none where nobody is known.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostFamilies } from '../../src/classify/host-families.ts';

test('a host named exactly is what its own providers are; one below a suffix is all that it may be; any other is nothing', () => {
  assert.deepEqual(hostFamilies('gmail.googleapis.com'), ['email']);
  assert.ok(hostFamilies('unheard-of.googleapis.com').length > 1);
  assert.deepEqual(hostFamilies('example.com'), []);
  assert.deepEqual(hostFamilies('evilgmail.googleapis.com.example.com'), []);
});
