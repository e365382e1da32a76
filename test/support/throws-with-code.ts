// Asserts by the code of a coded error, and hands the error on for a look at its words.

import assert from 'node:assert/strict';
import { InterlockError } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';

export async function throwsWithCode(code: ErrorCode, run: () => unknown): Promise<InterlockError> {
  try {
    await run();
  } catch (thrown) {
    assert.ok(thrown instanceof InterlockError, `expected ${code}, got ${String(thrown)}`);
    assert.equal(thrown.code, code, thrown.message);
    return thrown;
  }
  assert.fail(`expected ${code}, but nothing was thrown`);
}
