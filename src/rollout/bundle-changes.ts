// What an entry tells of the difference between two bundles: ids and counts. The texts are in the store.

import type { BundleFiles } from '../decide/bundle-files.ts';
import { pacer } from '../decide/pace.ts';
import { boundedText } from '../record/bounded-text.ts';
import type { BundleChanges, NamedCount } from '../record/bundle-body.ts';
import { otherFilesChanged } from './bundle-diff.ts';

/** A bundle as it is remembered to be compared with the next one. */
export interface Remembered {
  readonly files: BundleFiles;
  /** By id. */
  readonly policies: ReadonlyMap<string, { readonly text: string }>;
}

const MAX_IDS = 64;
const MAX_ID_CHARS = 128;

/** One look at each policy; of ten thousand that is 20 ms, so requests have their turn in between. */
export async function bundleChanges(before: Remembered, after: Remembered): Promise<BundleChanges> {
  const rest = pacer();
  const added = namedCount();
  const changed = namedCount();
  const removed = namedCount();
  for (const [id, { text }] of after.policies) {
    const old = before.policies.get(id);
    if (old === undefined) added.add(id);
    else if (old.text !== text) changed.add(id);
    await rest();
  }
  for (const id of before.policies.keys()) {
    if (!after.policies.has(id)) removed.add(id);
    await rest();
  }
  const files = otherFilesChanged(before.files, after.files);
  return { added: added.told, changed: changed.told, removed: removed.told, files };
}

/** Counts ids and keeps the first few of their order, without putting all of them in order. */
function namedCount(): { add(id: string): void; readonly told: NamedCount } {
  let count = 0;
  let first: string[] = [];
  const cut = (): string[] => (first = first.toSorted().slice(0, MAX_IDS));
  return {
    add(id) {
      count += 1;
      first.push(id);
      if (first.length === 2 * MAX_IDS) cut();
    },
    get told() {
      return { count, ids: cut().map((id) => boundedText(id, MAX_ID_CHARS)) };
    },
  };
}
