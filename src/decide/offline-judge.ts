// A bundle's judge without a gateway around it: for cases, explanations and replays. Who is in which group is said for each question.

import type { UserRecord } from '../identify/directory.ts';
import { createBundleJudge } from './bundle-judge.ts';
import type { BundleJudge } from './bundle-judge.ts';
import type { Bundle } from './bundle.ts';
import { createEngineSlots } from './engine-slots.ts';
import type { Groups } from './entity-book.ts';
import { sliceTexts } from './slices.ts';

export interface OfflineJudge {
  readonly judge: BundleJudge;
  /** The directory that it asks. */
  readonly groups: Groups;
  /** From here on these are all the users there are. */
  seat(users: readonly UserRecord[]): void;
}

/** Prepares the whole bundle in an engine of its own: about 60 ms and the time of the policies. Throws BUNDLE_INVALID. */
export function createOfflineJudge(bundle: Bundle): OfflineJudge {
  const slots = createEngineSlots();
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  let users = new Map<string, UserRecord>();
  let changes = 0;
  const groups: Groups = {
    get generation() {
      return changes;
    },
    user: (name) => users.get(name),
  };
  return {
    judge: createBundleJudge(bundle, slots, generation, groups),
    groups,
    seat(records) {
      users = new Map(records.map((record) => [record.name, record]));
      changes += 1;
    },
  };
}

/** An active user as the directory would have it, as far as policies can see. */
export function seatedUser(name: string, groups: readonly string[]): UserRecord {
  return { name, groups, tokenHash: '', state: 'active', createdAt: new Date(0).toISOString() };
}
