// The second question: may this user decide this ticket? Cedar answers, after the annotation's groups were checked.

import type { Ticket } from '../approve/ticket.ts';
import type { RecordedAction } from '../record/entry.ts';
import type { UserRecord } from '../identify/directory.ts';
import type { Dockets, PersonQuestion } from './dockets.ts';
import type { CedarEntity, CedarUid, Question } from './engine.ts';
import type { EntityBook } from './entity-book.ts';
import { actionEntity, factProblem } from './question.ts';
import type { ActionShape, SchemaShape } from './schema-shape.ts';

export const APPROVE = 'ticket.approve';

/** What the question has from the ticket, whatever the action's facts are. */
const OF_TICKET: ReadonlySet<string> = new Set(['action', 'host', 'method', 'path']);

/** Facts of an action on which it may hang who may approve it. */
export function approverFacts({ actions }: Pick<SchemaShape, 'actions'>): ReadonlySet<string> {
  const facts = actions.find(({ name }) => name === APPROVE)?.facts.keys() ?? [];
  return new Set([...facts].filter((fact) => !OF_TICKET.has(fact)));
}

/** One question of several: a ticket is about all of its actions, and each has facts of its own. */
export interface AskedApproval {
  readonly ticket: Ticket;
  /** Null: the ticket says of none. */
  readonly action: RecordedAction | null;
  /** Those that `@approvers` names. */
  readonly groups: readonly string[];
}

/**
 * INVARIANT: who may not approve one of a ticket's actions may not approve the ticket. A batch may begin with a small payment, and a model's
 * call stands before what its tool does (threat C16): by the first alone, a limit on amounts would bind nobody.
 */
export function approvalsOf(ticket: Ticket, groups: readonly string[]): AskedApproval[] {
  return (ticket.actions.length === 0 ? [null] : ticket.actions).map((action) => ({ ticket, action, groups }));
}

/**
 * The question for `Action::"ticket.approve"`, or null when there is nothing to ask: a revoked user, nobody's approval, or a user in
 * none of the groups that `@approvers` names. The last is checked here so that a blanket permit makes nobody an approver.
 */
export function approvalQuestion(
  shape: ActionShape,
  dockets: Dockets,
  user: UserRecord,
  { ticket, action, groups }: AskedApproval,
  book: EntityBook,
): PersonQuestion | null {
  if (user.state !== 'active' || groups.length === 0 || !user.name.isWellFormed()) return null;
  const principal = book.user(user.name);
  const reached = book.reach([principal], []);
  if (!memberOf(reached, principal.uid, new Set(groups))) return null;
  const ticketEntity = ticketOf(ticket, groups);
  const docket = dockets.of(shape, principal, ticketEntity);
  const entities = book.reach([principal, ticketEntity], docket.reads.entered);
  entities.push(actionEntity(shape));
  const question = {
    principal: { type: 'User', id: user.name },
    action: { type: 'Action', id: APPROVE },
    resource: { type: 'Ticket', id: ticket.id },
    context: contextOf(shape, ticket, action),
    entities,
  };
  return { docket, question };
}

function plain(uid: CedarEntity['uid']): CedarUid {
  return '__entity' in uid ? uid.__entity : uid;
}

/** Is the entity below any of these groups? */
function memberOf(entities: readonly CedarEntity[], start: CedarEntity['uid'], groups: ReadonlySet<string>): boolean {
  const above = new Set([uidName(plain(start))]);
  // A set grows while it is walked: each ancestor is looked at once.
  for (const name of above) {
    const entity = entities.find((each) => uidName(plain(each.uid)) === name);
    for (const parent of entity?.parents ?? []) above.add(uidName(plain(parent)));
  }
  return [...groups].some((group) => above.has(uidName({ type: 'Group', id: group })));
}

function uidName(uid: CedarUid): string {
  return JSON.stringify([uid.type, uid.id]);
}

function ticketOf(ticket: Ticket, approverGroups: readonly string[]): CedarEntity {
  const approvers = approverGroups.map((id) => ({ __entity: { type: 'Group', id: id.toWellFormed() } }));
  const requester = ticket.user === null ? {} : { requester: { __entity: { type: 'User', id: ticket.user.toWellFormed() } } };
  return {
    uid: { type: 'Ticket', id: ticket.id },
    attrs: { approvers, agent: ticket.agent.toWellFormed(), ...requester },
    parents: [],
  };
}

/** What the action is about, as far as the schema has it; personal facts are not kept in tickets. */
function contextOf(shape: ActionShape, ticket: Ticket, action: RecordedAction | null): Question['context'] {
  const known: Record<string, unknown> = {
    ...action?.facts,
    action: action?.action,
    host: ticket.host,
    method: ticket.method,
    path: ticket.path,
  };
  const context: Question['context'] = {};
  for (const [name, kind] of shape.facts) {
    const fact = known[name];
    if (fact === undefined || factProblem(fact, kind) !== null) continue;
    if (typeof fact === 'string') context[name] = fact.toWellFormed();
    else if (typeof fact === 'number' || typeof fact === 'boolean') context[name] = fact;
    else if (Array.isArray(fact)) context[name] = fact.map((item) => String(item).toWellFormed());
  }
  return context;
}
