// Bundles in memory and on disk for the tests of this room.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readBundleFiles } from '../../src/decide/bundle-files.ts';
import type { WholeBundle } from '../../src/rollout/bundle-diff.ts';
import { readCaseTree } from '../../src/rollout/case-tree.ts';
import { policy, SCHEMA } from '../decide/bundle-fixture.ts';

export const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');
export const NO_READ = policy('read', 'forbid(principal, action == Action::"http.read", resource);');
export const WRITE = policy('write', 'permit(principal, action == Action::"http.write", resource);');

/** One case that the policy READ decides. */
export const READ_CASE = `- case: reads
  action: http.read
  resource: { type: Host, id: api.example.com }
  expect: { verdict: ALLOW, policies: [read] }
`;

export interface Workplace extends Disposable {
  readonly path: string;
  /** A policies directory below, with these files over a good bundle's. */
  bundle(name: string, files?: Readonly<Record<string, string>>): string;
}

export function workplace(): Workplace {
  const path = mkdtempSync(join(tmpdir(), 'interlock-rollout-'));
  return {
    path,
    bundle(name, files = {}) {
      const folder = join(path, name);
      const all = { 'schema.cedarschema': SCHEMA, 'entities.json': '[]', 'constraints.yaml': '', 'main.cedar': READ, ...files };
      for (const [file, text] of Object.entries(all)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
      return folder;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

export async function wholeBundle(directory: string): Promise<WholeBundle> {
  const { files, findings } = await readBundleFiles(directory);
  if (files === null) throw new Error(JSON.stringify(findings));
  return { files, cases: (await readCaseTree(directory)).files };
}
