// Tickets of several kinds, in the shape of the API, some from an agent that means no good.

import type * as Shapes from '../../console/model/shapes.ts';

const NOW = Date.now();
/** A time, by its distance from now. */
export const at = (secondsFromNow: number): string => new Date(NOW + secondsFromNow * 1000).toISOString();

/** Right-to-left override, a tag and a NUL in what an agent sent: must be shown, and do nothing. */
export const HOSTILE = '<img src=x onerror=alert(1)>\u202egnp.exe\u0000';

type Told = Pick<Shapes.Ticket, 'id' | 'agent' | 'actions' | 'reason'> & Partial<Shapes.TicketView>;

function ticket(told: Told): Shapes.TicketView {
  const left = told.secondsLeft ?? 900;
  return {
    state: 'pending',
    user: null,
    session: null,
    host: 'api.stripe.com',
    method: 'POST',
    path: '/v1/refunds',
    waits: [{ policy: 'refund-large', reason: told.reason, approvers: ['finance'], quorum: 1 }],
    approvals: [],
    deniedBy: null,
    denial: null,
    createdAt: at(-120),
    expiresAt: at(left),
    exchange: 'x_5f2c9a',
    grant: false,
    offers: [],
    edit: null,
    scope: null,
    warning: null,
    outcome: null,
    mayDecide: true,
    secondsLeft: left,
    body: { text: 'charge=ch_3PqR81&amount=420000&reason=requested_by_customer', truncated: false, bytes: 58 },
    moves: [{ move: 'opened', by: null, channel: 'proxy', at: at(-120), note: '' }],
    ...told,
  };
}

const mailFacts = {
  recipientsKnown: true,
  recipients: ['ana@example.com', 'li@example.com', 'press@partner.example'],
  domains: ['example.com', 'partner.example'],
  subject: 'Q3 figures, final',
  sender: 'reports@example.com',
  attachmentCount: 1,
  attachments: ['q3.xlsx'],
  inspected: true,
};

export function tickets(): Shapes.TicketView[] {
  return [
    ticket({
      id: 't_refund',
      agent: 'support-bot',
      user: 'mia',
      session: 's_81f',
      reason: 'A refund of 4,200.00 USD is more than support may give alone: finance must approve it.',
      scope: 'session 10m target',
      secondsLeft: 252,
      waits: [
        {
          policy: 'refund-large',
          reason: 'A refund of 4,200.00 USD is more than support may give alone: finance must approve it.',
          approvers: ['finance'],
          quorum: 2,
        },
      ],
      approvals: [{ user: 'omar', at: at(-40), channel: 'slack', policies: ['refund-large'] }],
      warning: 'An earlier try of the same request was sent, and whether it took effect is not known.',
      actions: [
        {
          action: 'payment.refund',
          resource: { type: 'Account', id: 'stripe' },
          facts: {
            amountKnown: true,
            amountMinor: 420_000,
            currency: 'USD',
            currencySource: 'lookup',
            minorPerMajor: 100,
            counterparty: 'ch_3PqR81',
            direction: 'out',
            inspected: true,
          },
        },
      ],
    }),
    ticket({
      id: 't_mail',
      agent: 'reporter',
      reason: 'Mail to other companies waits for a person.',
      host: 'api.resend.com',
      path: '/emails',
      secondsLeft: 700,
      waits: [
        { policy: 'email-outside', reason: 'Mail to other companies waits for a person.', approvers: ['maintainers'], quorum: 1 },
      ],
      actions: [{ action: 'email.send', resource: { type: 'Mailbox', id: 'reports@example.com' }, facts: mailFacts }],
      offers: [
        {
          constraint: 'company-recipients',
          changed: ['press@partner.example is taken out'],
          actions: [
            {
              action: 'email.send',
              resource: { type: 'Mailbox', id: 'reports@example.com' },
              facts: { ...mailFacts, recipients: ['ana@example.com', 'li@example.com'], domains: ['example.com'] },
            },
          ],
        },
      ],
      body: {
        text: `{\n  "to": ["ana@example.com", "li@example.com", "press@partner.example"],\n  "subject": "Q3 figures, final",\n  "text": "<img src=x onerror=alert(1)>\\u{202e}gnp.exe\\u{0}"\n}`,
        truncated: true,
        bytes: 184_220,
      },
    }),
    ticket({
      id: 't_push',
      agent: HOSTILE,
      reason: 'A push to the default branch waits for a maintainer.',
      host: 'github.com',
      path: '/acme/site.git/git-receive-pack',
      secondsLeft: 45,
      actions: [
        {
          action: 'repo.push',
          resource: { type: 'Repo', id: 'acme/site' },
          facts: {
            ref: 'refs/heads/main',
            change: 'update',
            fastForward: 'no',
            defaultBranch: true,
            force: true,
            tag: false,
            api: 'git',
            repoKnown: true,
            guardFiles: true,
            inspected: true,
          },
        },
      ],
      waits: [
        {
          policy: 'push-default-branch',
          reason: 'A push to the default branch waits for a maintainer.',
          approvers: ['maintainers'],
          quorum: 1,
        },
      ],
    }),
    ticket({
      id: 't_mine',
      agent: 'ops-helper',
      user: 'fay',
      reason: 'Deleting rows without a condition waits for a maintainer.',
      host: 'db.example.com',
      mayDecide: false,
      secondsLeft: 5_400,
      actions: [
        {
          action: 'database.delete',
          resource: { type: 'Database', id: 'db.example.com/shop' },
          facts: { system: 'postgres', verb: 'delete', tables: ['orders', 'order_lines'], where: false, inspected: true },
        },
      ],
    }),
  ];
}
