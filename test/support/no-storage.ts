// For operators whose segments and holds nobody asks for in the test.

import assert from 'node:assert/strict';
import type { StorageDesk } from '../../src/serve/storage-desk.ts';

export const NO_STORAGE: StorageDesk = {
  listSegments: () => assert.fail(),
  listHolds: () => assert.fail(),
  addHold: () => assert.fail(),
  releaseHold: () => assert.fail(),
};
