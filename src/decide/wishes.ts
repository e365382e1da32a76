// What the entities of a bundle ask of Interlock itself, beside its policies: attributes that are `true` or count for nothing.

import type { EntityRef } from '../classify/action.ts';

/** `lookup`: ask the vendor for what a request does not name. `partialBatches`: refuse a batch's items one by one. `trusted`: what is read there taints nobody. */
type Wish = 'lookup' | 'partialBatches' | 'trusted';

export interface Wishes {
  /** True only where entities.json says so of this very entity; parents are not asked. */
  asksFor(ref: EntityRef, wish: Wish): boolean;
}
