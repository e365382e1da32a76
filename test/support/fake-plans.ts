// The made-up gateway's plans: pages by cursor, one in full, and a revocation that changes it.

import type { FastifyInstance } from 'fastify';
import type { PlanView } from '../../console/model/plan-shapes.ts';
import { plans as somePlans, summaryOf } from './console-plans.ts';

export interface FakePlans {
  change(id: string, how: (plan: PlanView) => Partial<PlanView>): void;
}

export function addFakePlans(app: FastifyInstance, onChange: (path: string, body: unknown) => void): FakePlans {
  let plans = somePlans();
  const change: FakePlans['change'] = (id, how) => {
    plans = plans.map((plan) => (plan.id === id ? { ...plan, ...how(plan) } : plan));
  };
  app.get<{ Querystring: Record<string, string> }>('/v1/plans', async ({ query }) => {
    const { state, agent, before, limit } = query;
    const all = plans.filter(
      (plan) => (state === undefined || plan.state === state) && (agent === undefined || plan.agent === agent),
    );
    const from = before === undefined ? 0 : all.findIndex((plan) => plan.id === before) + 1;
    const page = all.slice(from, from + Number(limit ?? 50));
    return { plans: page.map(summaryOf), next: from + page.length < all.length ? (page.at(-1)?.id ?? null) : null };
  });
  app.get<{ Params: { id: string } }>('/v1/plans/:id', async ({ params }, reply) => {
    const found = plans.find((plan) => plan.id === params.id);
    if (found !== undefined) return found;
    return reply
      .code(404)
      .type('application/problem+json')
      .send(JSON.stringify({ code: 'PLAN_UNKNOWN', detail: 'there is no such plan' }));
  });
  app.post<{ Params: { id: string } }>('/v1/plans/:id/revoke', async (request, _reply) => {
    onChange(request.url, request.body);
    change(request.params.id, () => ({ state: 'revoked', endedBy: 'fay', mayRevoke: false }));
    return plans.find((plan) => plan.id === request.params.id);
  });
  return { change };
}
