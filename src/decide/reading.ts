// The third question: may this user read what the console shows operators?

import type { UserRecord } from '../identify/directory.ts';
import type { Dockets, PersonQuestion } from './dockets.ts';
import type { EntityBook } from './entity-book.ts';
import { actionEntity } from './question.ts';
import type { ActionShape } from './schema-shape.ts';

/** Who may read. Apart from Judge: the pipeline has no need to know. */
export interface Readers {
  mayRead(user: UserRecord): boolean;
}

export const READ_CONSOLE = 'console.read';

/** The question for `Action::"console.read"` on `Console::"console"`, or null for a revoked user, who reads nothing. */
export function readingQuestion(shape: ActionShape, dockets: Dockets, user: UserRecord, book: EntityBook): PersonQuestion | null {
  if (user.state !== 'active' || !user.name.isWellFormed()) return null;
  const resource = { type: 'Console', id: 'console' };
  const asker = book.user(user.name);
  const console = book.resource(resource, []);
  const docket = dockets.of(shape, asker, console);
  const entities = book.reach([asker, console], docket.reads.entered);
  entities.push(actionEntity(shape));
  const question = {
    principal: { type: 'User', id: user.name },
    action: { type: 'Action', id: READ_CONSOLE },
    resource,
    context: {},
    entities,
  };
  return { docket, question };
}
