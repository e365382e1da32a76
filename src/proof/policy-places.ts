// Where in a bundle's files the policies stand that decided.

import { POLICY_FILE } from '../decide/bundle-files.ts';
import { cutPolicies } from '../decide/policy-text.ts';

export interface PolicyPlace {
  readonly id: string;
  /** Null: no policy of these files has this id. */
  readonly file: string | null;
  readonly line: number | null;
}

/** One for each id, in their order. Only text is looked at: Cedar is not asked. */
export function policyPlaces(files: ReadonlyMap<string, string>, ids: readonly string[]): PolicyPlace[] {
  const found = new Map<string, PolicyPlace>();
  for (const [file, text] of files) {
    if (!POLICY_FILE.test(file)) continue;
    for (const policy of cutPolicies(file, text).policies) {
      const at = policy.annotations.get('id');
      const [, id] = at === undefined ? [] : (/^@\s*id\s*\(\s*"([^"\\]*)"/.exec(policy.text.slice(at)) ?? []);
      if (id !== undefined) found.set(id, { id, file, line: policy.placeOf(0).line });
    }
  }
  return ids.map((id) => found.get(id) ?? { id, file: null, line: null });
}
