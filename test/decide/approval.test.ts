// Who may approve: Cedar's answer, within the groups that the policy named.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Ticket } from '../../src/approve/ticket.ts';
import { judgeOf, member, members, policy } from './bundle-fixture.ts';

const AT = '2026-01-01T00:00:00.000Z';

function ticket(more: Partial<Ticket> = {}): Ticket {
  return {
    id: 't_1',
    state: 'pending',
    binding: '',
    agent: 'bot',
    user: null,
    session: null,
    host: 'api.example.com',
    method: 'POST',
    path: '/',
    reason: '',
    waits: [],
    actions: [
      {
        action: 'payment.refund',
        resource: { type: 'Account', id: 'a' },
        verdict: 'WAIT',
        policies: [],
        facts: { amountMinor: 5 },
      },
    ],
    approvals: [],
    deniedBy: null,
    denial: null,
    createdAt: AT,
    expiresAt: AT,
    exchange: '',
    grant: false,
    offers: [],
    edit: null,
    scope: null,
    warning: null,
    idempotency: null,
    outcome: null,
    ...more,
  };
}

const MEMBERS = policy(
  'in-group',
  'permit(principal, action == Action::"ticket.approve", resource) when { principal in resource.approvers };',
);
const NOT_OWN = policy(
  'own',
  'forbid(principal, action == Action::"ticket.approve", resource) when { resource has requester && resource.requester == principal };',
);

const finance = member('f', ['finance']);
const judge = judgeOf({ policies: MEMBERS + NOT_OWN }, members(finance, member('gone', ['finance'], 'revoked')));

describe('approving', () => {
  it('is for members of the named groups, whom the policies let', () => {
    assert.equal(judge.mayApprove(finance, ticket(), ['finance']), true);
    assert.equal(judge.mayApprove(finance, ticket(), ['legal', 'finance']), true);
    assert.equal(judge.mayApprove(finance, ticket(), ['legal']), false);
    assert.equal(judge.mayApprove(finance, ticket(), []), false);
  });

  it("is never for one's own", () => {
    assert.equal(judge.mayApprove(finance, ticket({ user: 'f' }), ['finance']), false);
    assert.deepEqual(judge.explainApproval(finance, ticket({ user: 'f' }), ['finance']), {
      allowed: false,
      policies: ['own'],
      errors: [],
    });
  });

  it('is over once a user is revoked', () => {
    assert.equal(judge.mayApprove(member('gone', ['finance'], 'revoked'), ticket(), ['finance']), false);
    assert.equal(judge.mayApprove(member('gone', ['finance']), ticket(), ['finance']), false);
  });
});

describe('approving, as policies say', () => {
  it('is not opened by a blanket permit to people outside the groups', () => {
    const blanket = judgeOf({ policies: policy('all', 'permit(principal, action, resource);') }, members(finance));
    assert.equal(blanket.mayApprove(finance, ticket(), ['finance']), true);
    assert.equal(blanket.mayApprove(finance, ticket(), ['legal']), false);
  });

  it('can depend on what is asked for', () => {
    const small = judgeOf(
      {
        policies: policy(
          'small',
          'permit(principal, action == Action::"ticket.approve", resource) when { context.action == "payment.refund" && context has amountMinor && context.amountMinor < 10 };',
        ),
      },
      members(finance),
    );
    assert.equal(small.mayApprove(finance, ticket(), ['finance']), true);
    assert.equal(small.mayApprove(finance, ticket({ actions: [] }), ['finance']), false);
  });

  it('is refused by what any of several actions comes to, wherever it stands', () => {
    const leads = policy(
      'leads',
      'forbid(principal, action == Action::"ticket.approve", resource) when { context has amountMinor && context.amountMinor >= 10 };',
    );
    const bound = judgeOf({ policies: MEMBERS + leads }, members(finance));
    const [first] = ticket().actions;
    assert.ok(first !== undefined);
    const large = { ...first, facts: { amountMinor: 10 } };
    const call = { ...first, action: 'llm.tool-call', facts: { tool: 'refund' } };
    assert.equal(bound.mayApprove(finance, ticket({ actions: [first, first] }), ['finance']), true);
    for (const actions of [[large], [first, large], [large, first], [call, large], [first, first, call, large]])
      assert.deepEqual(bound.explainApproval(finance, ticket({ actions }), ['finance']), {
        allowed: false,
        policies: ['leads'],
        errors: [],
      });
  });

  it('is refused by any error, and by a permit that would itself wait', () => {
    const broken = judgeOf(
      {
        policies:
          MEMBERS +
          policy(
            'err',
            'forbid(principal, action == Action::"ticket.approve", resource) when { context has amountMinor && context.amountMinor * 9223372036854775807 == 0 };',
          ),
      },
      members(finance),
    );
    assert.equal(broken.mayApprove(finance, ticket(), ['finance']), false);
    assert.equal(broken.explainApproval(finance, ticket(), ['finance']).errors.length, 1);
    const waiting = judgeOf(
      { policies: policy('w', 'permit(principal, action, resource);', '@verdict("wait") @approvers("finance")') },
      members(finance),
    );
    assert.equal(waiting.mayApprove(finance, ticket(), ['finance']), false);
  });

  it("is nobody's where no policy speaks of it", () => {
    const silent = judgeOf(
      { policies: policy('read', 'permit(principal, action == Action::"http.read", resource);') },
      members(finance),
    );
    assert.equal(silent.mayApprove(finance, ticket(), ['finance']), false);
  });
});
