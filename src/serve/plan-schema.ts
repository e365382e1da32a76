// JSON schemas of plans and their routes.

import { PLAN_STATES } from '../plan/plan.ts';
import { COUNT, FLAG, list, mapOf, NAME, object, orNull, part, type Schema, TEXT, TEXTS, TIME } from './api-schema.ts';
import { WAIT } from './ticket-schema.ts';

export const PLAN_PARAMS: Schema = object({ id: { type: 'string', maxLength: 64 } });
const PLAN_STATE: Schema = { enum: PLAN_STATES };

export const PLAN_QUERY: Schema = part({
  agent: NAME,
  state: PLAN_STATE,
  limit: { type: 'integer', minimum: 1, maximum: 200 },
  before: { type: 'string', pattern: '^[0-9]{1,15}[.]p_[a-z2-7]{26}$', description: 'The `next` of the page before.' },
});

const NUMBER: Schema = { type: 'integer', minimum: 1 };

const MEMBERS: Readonly<Record<string, Schema>> = {
  id: TEXT,
  agent: TEXT,
  user: orNull(TEXT),
  session: orNull(TEXT),
  title: { ...TEXT, description: "Plain text in the agent's words; may be empty." },
  state: PLAN_STATE,
  lifetimeSeconds: COUNT,
  createdAt: TIME,
  expiresAt: { ...TIME, description: 'Of one that waits: its ticket ends then. Of one in force: it ends then.' },
  ticket: { ...orNull(TEXT), description: 'Where people decided about it; null when no step had to wait.' },
  endedBy: { ...orNull(TEXT), description: 'Who denied or revoked it, where a user did.' },
  note: TEXT,
  mayRevoke: { ...FLAG, description: 'It is open, and the caller may revoke it: an approver of its ticket.' },
};

export const PLAN_SUMMARY: Schema = {
  $id: 'PlanSummary',
  ...object({
    ...MEMBERS,
    steps: { ...COUNT, description: 'How many it has.' },
    taken: { ...COUNT, description: 'Steps taken at least once.' },
    next: { ...list(NUMBER), description: 'Numbers of the steps that may be taken now, from 1.' },
    unknown: { ...FLAG, description: 'Of a use of it nobody knows what became.' },
  }),
};

const BOUND: Schema = {
  anyOf: [object({ atMost: COUNT }), object({ within: TEXTS }), object({ any: { const: true } })],
  description: 'How far a request’s fact may differ.',
};

const PATTERN: Schema = object({
  action: TEXT,
  resource: object({ type: TEXT, id: TEXT }),
  facts: mapOf({ type: ['string', 'number', 'boolean', 'array'] }),
  bounds: mapOf(BOUND),
});

const USE: Schema = object({
  exchange: TEXT,
  at: TIME,
  fate: { enum: ['sent', 'confirmed', 'unknown', 'refused'], description: '`sent`: under way.' },
});

const STEP: Schema = object({
  step: { ...NUMBER, description: 'From 1.' },
  title: TEXT,
  kind: { enum: ['typed', 'request'] },
  text: { ...TEXT, description: 'The step in one line.' },
  group: { ...COUNT, description: 'Steps of one group come in any order.' },
  optional: FLAG,
  times: NUMBER,
  exact: { ...FLAG, description: 'Only the very request that was proposed.' },
  next: { ...FLAG, description: 'It may be taken now.' },
  verdict: { enum: ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'], description: 'When it was proposed.' },
  policies: TEXTS,
  reason: TEXT,
  waits: list(WAIT),
  patterns: { ...list(PATTERN), description: 'Its actions; a request of several has several.' },
  uses: { ...list(USE), description: 'What took it. What was given back is not here; see `moves`.' },
});

const MOVE: Schema = object({
  sequence: { ...COUNT, description: 'Of its entry.' },
  move: TEXT,
  step: orNull(NUMBER),
  exchange: orNull(TEXT),
  by: orNull(TEXT),
  channel: orNull(TEXT),
  at: TIME,
  note: TEXT,
});

const APPROVAL: Schema = object({
  user: TEXT,
  at: TIME,
  channel: { enum: ['cli', 'api', 'console', 'slack'] },
  policies: TEXTS,
  scope: FLAG,
});

export const PLAN_VIEW: Schema = {
  $id: 'PlanView',
  ...object({ ...MEMBERS, steps: list(STEP), approvals: list(APPROVAL), moves: { ...list(MOVE), description: 'Oldest first.' } }),
};
