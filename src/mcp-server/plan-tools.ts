// The tools about plans: to propose one, to see how far it has come, and to end it.

import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Interlock } from '../client/interlock.ts';
import { PLAN_SHAPE, planOf } from './planned.ts';
import { planText } from './plan-words.ts';
import { toolResult } from './tool-result.ts';

export type Planner = Pick<Interlock, 'submitPlan' | 'plan' | 'endPlan'>;

const PLAN_ID = z
  .string()
  .regex(/^p_[a-z2-7]{26}$/)
  .describe('As submit_plan answers it: p_….');

const STATUS = z.looseObject({
  id: z.string(),
  state: z.enum(['waiting', 'accepted', 'rejected', 'denied', 'expired', 'revoked', 'completed']),
  ticket: z.string().nullable(),
  steps: z.array(z.looseObject({ step: z.int(), verdict: z.string(), next: z.boolean() })),
  blocked: z.array(z.looseObject({ step: z.int(), reason: z.string() })),
  next: z.string(),
});

/** INVARIANT: a plan may open a ticket, and a second one is refused while the first is open: neither is read-only. */
const PROPOSES = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const ENDS = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false };

export function addPlans(server: McpServer, interlock: Planner): void {
  server.registerTool(
    'submit_plan',
    {
      title: 'Submit a plan',
      description:
        'May you do these, one after the other? Each step is judged before the first runs, and what needs a person needs one once, for all of it. When it is accepted, send the steps yourself, in order, in this session.',
      inputSchema: z.strictObject(PLAN_SHAPE),
      outputSchema: STATUS,
      annotations: PROPOSES,
    },
    (asked) => toolResult(async () => interlock.submitPlan(planOf(asked)), planText),
  );
  server.registerTool(
    'plan_status',
    {
      title: 'Status of a plan',
      description: 'Is this plan of yours in force, which steps may you take now, and what became of those that you took?',
      inputSchema: z.strictObject({ plan: PLAN_ID }),
      outputSchema: STATUS,
      annotations: READS,
    },
    ({ plan }) => toolResult(() => interlock.plan(plan), planText),
  );
  server.registerTool(
    'end_plan',
    {
      title: 'End a plan',
      description: 'Ends a plan of yours that you no longer need, so that you can submit another. Nothing more goes by it.',
      inputSchema: z.strictObject({ plan: PLAN_ID }),
      outputSchema: STATUS,
      annotations: ENDS,
    },
    ({ plan }) => toolResult(() => interlock.endPlan(plan), planText),
  );
}
