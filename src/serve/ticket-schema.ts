// JSON schemas of tickets and their routes.

import { COUNT, FLAG, list, mapOf, object, orNull, part, type Schema, TEXT, TEXTS, TIME } from './api-schema.ts';

export const TICKET_ID: Schema = { type: 'string', pattern: '^t_[a-z2-7]{26}$' };
export const TICKET_PARAMS: Schema = object({ id: { type: 'string', maxLength: 64 } });

const VERDICT: Schema = { enum: ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] };
export const TICKET_STATE: Schema = { enum: ['pending', 'approved', 'denied', 'expired', 'spent'] };
const CHANNEL: Schema = { enum: ['cli', 'api', 'console', 'slack'] };

const ACTION: Schema = object({
  action: TEXT,
  resource: object({ type: TEXT, id: TEXT }),
  verdict: VERDICT,
  policies: TEXTS,
  facts: mapOf({ type: ['string', 'number', 'boolean', 'array'] }),
});

const WAIT_MEMBERS = { policy: TEXT, reason: TEXT, approvers: TEXTS, quorum: COUNT };
/** One policy that must be satisfied. */
export const WAIT: Schema = {
  ...object(WAIT_MEMBERS),
  properties: {
    ...WAIT_MEMBERS,
    grant: { ...TEXT, description: 'How much more than this once its approvers may give. Left out: nothing.' },
    covers: {
      const: 'request',
      description: "Approving a model's call lets out the one request that it announces. Left out: it does not.",
    },
  },
};

const MEMBERS: Readonly<Record<string, Schema>> = {
  id: TICKET_ID,
  state: TICKET_STATE,
  binding: TEXT,
  agent: TEXT,
  user: orNull(TEXT),
  session: orNull(TEXT),
  actions: list(ACTION),
  host: TEXT,
  method: TEXT,
  path: TEXT,
  reason: TEXT,
  waits: list(WAIT),
  approvals: list(object({ user: TEXT, at: TIME, channel: CHANNEL, policies: TEXTS, scope: FLAG })),
  deniedBy: orNull(TEXT),
  denial: { ...orNull(TEXT), description: 'Why it was denied, in the words of who did.' },
  createdAt: TIME,
  expiresAt: TIME,
  exchange: TEXT,
  grant: FLAG,
  offers: {
    ...list(object({ constraint: TEXT, changed: TEXTS, actions: list(ACTION) })),
    description: 'What may be sent instead: approve with its name as `edit`.',
  },
  edit: { ...orNull(TEXT), description: 'The offer that the first approver chose; later signatures are for the same.' },
  scope: { ...orNull(TEXT), description: 'What `scope: true` gives besides this once; null for nothing.' },
  warning: orNull(TEXT),
  idempotency: orNull({ type: 'object', description: 'By which the vendor does it once, however often it is asked.' }),
  outcome: { enum: ['sent', 'confirmed', 'unknown', null], description: 'Of the one request that it let out.' },
};

/** As the caller sees it. */
const SEEN: Readonly<Record<string, Schema>> = {
  mayDecide: { ...FLAG, description: 'The caller may approve or deny it now.' },
  secondsLeft: { ...COUNT, description: 'Until it ends; 0 once it has.' },
};

export const TICKET: Schema = { $id: 'Ticket', ...object({ ...MEMBERS, ...SEEN }) };

const BODY: Schema = object(
  {
    text: { ...TEXT, description: 'Plain text: what can not be shown is escaped as \\u{…}, a backslash is two.' },
    truncated: FLAG,
    bytes: { ...COUNT, description: 'Of the whole body.' },
  },
  'The held body, for who may decide.',
);

const MOVE: Schema = object({ move: TEXT, by: orNull(TEXT), channel: orNull(TEXT), at: TIME, note: TEXT });

export const TICKET_VIEW: Schema = {
  $id: 'TicketView',
  ...object({ ...MEMBERS, ...SEEN, body: orNull(BODY), moves: list(MOVE) }),
};

export const APPROVE_BODY: Schema = part({
  edit: { type: 'string', maxLength: 128, description: 'One of the offers: the request is sent with this constraint.' },
  scope: { type: 'boolean', description: 'Approve all that the scope covers, not this once.' },
});
export const DENY_BODY: Schema = part({
  reason: { type: 'string', maxLength: 1_000, description: 'One line, told to the agent.' },
});
