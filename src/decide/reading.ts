// The third question: may this user read what the console shows operators?

import type { UserRecord } from '../identify/directory.ts';
import type { Question } from './engine.ts';
import type { EntityBook } from './entity-book.ts';
import { actionEntity } from './question.ts';
import type { Slice } from './slices.ts';

/** Who may read. Apart from Judge: the pipeline has no need to know. */
export interface Readers {
  mayRead(user: UserRecord): boolean;
}

export const READ_CONSOLE = 'console.read';

/** The question for `Action::"console.read"` on `Console::"console"`, or null for a revoked user, who reads nothing. */
export function readingQuestion(slice: Slice, user: UserRecord, book: EntityBook): Question | null {
  if (user.state !== 'active' || !user.name.isWellFormed()) return null;
  const resource = { type: 'Console', id: 'console' };
  const entities = book.reach([book.user(user.name), book.resource(resource, [])], slice.reads.entered);
  entities.push(actionEntity(slice));
  return {
    principal: { type: 'User', id: user.name },
    action: { type: 'Action', id: READ_CONSOLE },
    resource,
    context: {},
    entities,
  };
}
