// What an entry tells of the difference between two bundles: ids and counts. The texts are in the store.

import type { BundleFiles } from '../decide/bundle-files.ts';
import { boundedText } from '../record/bounded-text.ts';
import type { BundleChanges, NamedCount } from '../record/bundle-body.ts';
import { otherFilesChanged } from './bundle-diff.ts';

/** A bundle as it is remembered to be compared with the next one. */
export interface Remembered {
  readonly files: BundleFiles;
  /** Texts by id. */
  readonly policies: ReadonlyMap<string, string>;
}

const MAX_IDS = 64;
const MAX_ID_CHARS = 128;

/** One look at each policy, so that ten thousand of them are compared between two requests. */
export function bundleChanges(before: Remembered, after: Remembered): BundleChanges {
  const added: string[] = [];
  const changed: string[] = [];
  for (const [id, text] of after.policies) {
    const old = before.policies.get(id);
    if (old === undefined) added.push(id);
    else if (old !== text) changed.push(id);
  }
  const removed = [...before.policies.keys()].filter((id) => !after.policies.has(id));
  const files = otherFilesChanged(before.files, after.files);
  return { added: named(added), changed: named(changed), removed: named(removed), files };
}

function named(ids: readonly string[]): NamedCount {
  const shown = ids.toSorted().slice(0, MAX_IDS);
  return { count: ids.length, ids: shown.map((id) => boundedText(id, MAX_ID_CHARS)) };
}
