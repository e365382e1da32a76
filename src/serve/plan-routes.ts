// /v1/plans for people: what agents were let do, how far each has come, and its end.

import type { FastifyInstance } from 'fastify';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { Readers } from '../decide/reading.ts';
import { InterlockError } from '../errors.ts';
import type { UserRecord } from '../identify/directory.ts';
import { isOpenPlan, type Plan } from '../plan/plan.ts';
import type { PlanBook } from '../plan/plan-book.ts';
import { planSummary, seenPlan } from '../plan/seen-plan.ts';
import { answers, list, object, orNull, READ_SECURITY, ref, SECURITY, TEXT } from './api-schema.ts';
import type { Callers } from './caller.ts';
import { entriesWith } from './entry-routes.ts';
import type { History } from './history.ts';
import { planMoves } from './plan-moves.ts';
import { PLAN_PARAMS, PLAN_QUERY, PLAN_SUMMARY, PLAN_VIEW } from './plan-schema.ts';
import { seenBy } from './ticket-seen.ts';

export interface PlanRouteDeps extends Pick<History, 'index' | 'ledger' | 'feed'> {
  readonly callers: Callers;
  readonly judge: Readers;
  readonly tickets: Pick<OpenTicketBook, 'get' | 'list' | 'mayDecide'>;
  readonly plans: Pick<PlanBook, 'get' | 'list' | 'revokeAs'>;
}

interface Filters {
  readonly agent?: string;
  readonly state?: string;
  readonly limit?: number;
  readonly before?: string;
}

interface OnePlan {
  readonly Params: { readonly id: string };
}

const TAGS = ['plans'];
const PAGE = 50;

export function addPlanRoutes(app: FastifyInstance, deps: PlanRouteDeps): void {
  app.addSchema(PLAN_SUMMARY);
  app.addSchema(PLAN_VIEW);
  addReads(app, deps);
  // POST only: no link, image or prefetch ends anything (threat D2).
  app.post<OnePlan>(
    '/v1/plans/:id/revoke',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: TAGS,
        summary: 'Revoke a plan: nothing more goes by it',
        description: 'For who may decide its ticket. What is on its way already stays so.',
        security: SECURITY,
        params: PLAN_PARAMS,
        response: answers({ 200: ref('PlanView') }, 404, 409),
      },
    },
    async (request, _reply) => {
      const caller = deps.callers.of(request);
      const { id } = visiblePlan(request.params.id, caller.user, deps);
      await deps.plans.revokeAs(id, caller.by, caller.channel);
      return viewOf(visiblePlan(id, caller.user, deps), caller.user, deps);
    },
  );
}

function addReads(app: FastifyInstance, deps: PlanRouteDeps): void {
  app.get<{ Querystring: Filters }>(
    '/v1/plans',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: TAGS,
        summary: 'Plans, newest first',
        description:
          'Operators see all, approvers those whose ticket they see. Of ended plans the last 500 are kept; the ledger has all.',
        security: READ_SECURITY,
        querystring: PLAN_QUERY,
        response: answers({ 200: object({ plans: list(ref('PlanSummary')), next: orNull(TEXT) }) }),
      },
    },
    async (request, _reply) => {
      const { user } = deps.callers.of(request);
      const { limit = PAGE, before, ...filter } = request.query;
      const seen = deps.plans.list(filter).filter((plan) => maySee(user, plan, deps));
      const after = seen.toSorted(newestFirst).filter((plan) => before === undefined || isBehind(plan, before));
      const page = after.slice(0, limit);
      const last = page.at(-1);
      return {
        plans: page.map((plan) => ({ ...planSummary(plan), mayRevoke: mayRevoke(user, plan, deps) })),
        next: last === undefined || after.length <= limit ? null : placeOf(last),
      };
    },
  );
  app.get<OnePlan>(
    '/v1/plans/:id',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: TAGS,
        summary: 'One plan: its steps, what took them and when, and its moves',
        security: READ_SECURITY,
        params: PLAN_PARAMS,
        response: answers({ 200: ref('PlanView') }, 404),
      },
    },
    async (request, _reply) => {
      const { user } = deps.callers.of(request);
      return viewOf(visiblePlan(request.params.id, user, deps), user, deps);
    },
  );
}

/** Who sees its ticket, and operators. */
function maySee(user: UserRecord, plan: Plan, { judge, tickets }: PlanRouteDeps): boolean {
  const ticket = plan.ticket === null ? undefined : tickets.get(plan.ticket);
  return judge.mayRead(user) || (ticket !== undefined && seenBy(user, ticket, tickets) !== null);
}

/** What the book will let them do; it asks again, and records who was refused. */
function mayRevoke(user: UserRecord, plan: Plan, { tickets }: PlanRouteDeps): boolean {
  const ticket = plan.ticket === null ? undefined : tickets.get(plan.ticket);
  return isOpenPlan(plan) && ticket !== undefined && tickets.mayDecide(user, ticket);
}

/** INVARIANT: a plan that one may not see and one that there is not are the same answer (threat D2). */
function visiblePlan(id: string, user: UserRecord, deps: PlanRouteDeps): Plan {
  const plan = deps.plans.get(id);
  if (plan === undefined || !maySee(user, plan, deps)) throw new InterlockError('PLAN_UNKNOWN', 'there is no such plan');
  return plan;
}

async function viewOf(plan: Plan, user: UserRecord, deps: PlanRouteDeps): Promise<object> {
  await deps.feed.settled();
  const moves = planMoves(await entriesWith({ kind: 'plan', value: plan.id }, deps));
  return { ...seenPlan(plan), mayRevoke: mayRevoke(user, plan, deps), moves };
}

/** Where a page goes on. A plan may be forgotten between two pages: its place stays. */
function placeOf({ createdAt, id }: Plan): string {
  return `${Date.parse(createdAt)}.${id}`;
}

function newestFirst(one: Plan, other: Plan): number {
  return Date.parse(other.createdAt) - Date.parse(one.createdAt) || (one.id < other.id ? 1 : -1);
}

function isBehind({ createdAt, id }: Plan, place: string): boolean {
  const [ms = '', last = ''] = place.split('.');
  const at = Date.parse(createdAt);
  return at < Number(ms) || (at === Number(ms) && id < last);
}
