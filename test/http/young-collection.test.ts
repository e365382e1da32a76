import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { collectAfter } from '../../src/http/young-collection.ts';

const MEBIBYTE = 1024 * 1024;

describe('collectAfter', () => {
  const before = globalThis.gc;
  afterEach(() => {
    globalThis.gc = before;
  });

  it('collects the young once for each 16 MB that passed', () => {
    const gc = mock.fn();
    globalThis.gc = Object.assign(async () => gc('minor'), {});
    for (let i = 0; i < 33; i += 1) collectAfter(MEBIBYTE);
    assert.equal(gc.mock.callCount(), 2);
  });

  it('does nothing where the collector is not exposed', () => {
    globalThis.gc = undefined;
    assert.doesNotThrow(() => collectAfter(64 * MEBIBYTE));
  });
});
