// Whose change of a thing was the last: what others learnt of it before is no longer how things stand.

import { createHash } from 'node:crypto';

/** Things that are told apart. Over it the oldest are let go. */
const MAX_THINGS = 50_000;

export interface LastChanges {
  /** A change of this thing is about to leave from this scope. */
  note(kind: string, id: string, scope: string): void;
  /** Was it last changed from another scope than this one? Never, as far as is known, when nobody changed it. */
  isOthers(kind: string, id: string, scope: string): boolean;
}

/**
 * INVARIANT: whoever changes a thing with another credential, at another name of the same host, or as another agent, makes it unknown to all
 * who learnt of it before: an agent with two tokens for one mailbox, or with `www.googleapis.com` beside `gmail.googleapis.com`, would write
 * a draft here, change it there, and send it as it was. Two things with one id at two vendors only make each other unknown.
 */
export function createLastChanges(): LastChanges {
  const scopes = new Map<string, string>();
  return {
    note(kind, id, scope) {
      const key = keyOf(kind, id);
      scopes.delete(key);
      scopes.set(key, scope);
      const [oldest] = scopes.keys();
      if (scopes.size > MAX_THINGS && oldest !== undefined) scopes.delete(oldest);
    },
    isOthers(kind, id, scope) {
      // Nearly always: nothing was changed, and nothing is hashed.
      const last = scopes.size === 0 ? undefined : scopes.get(keyOf(kind, id));
      return last !== undefined && last !== scope;
    },
  };
}

/** Of a fixed size: ids are as long as an agent likes. */
function keyOf(kind: string, id: string): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, id]))
    .digest('base64');
}
