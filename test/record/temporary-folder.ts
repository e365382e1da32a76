// A private folder that goes away with the test.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-record-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
