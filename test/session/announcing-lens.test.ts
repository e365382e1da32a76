// The judge is told what was announced, and nothing of a call's own or Interlock's own exchange.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnRecords } from '../../src/classify/action.ts';
import type { Judge } from '../../src/decide/judge.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { createAnnouncements } from '../../src/session/announcements.ts';
import { createAnnouncingLens } from '../../src/session/announcing-lens.ts';
import { handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { noPlans } from '../support/no-plans.ts';

function rig() {
  const own: (OwnRecords | undefined)[] = [];
  const judge: Judge = {
    bundle: 'b',
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    judge(_principal, actions) {
      own.push(actions[0]?.own);
      return judgementOf('ALLOW', proposalOf(handMade('GET', '/'), { actions }));
    },
  };
  const announcements = createAnnouncements({ grantSeconds: 600 });
  const lens = createAnnouncingLens(noPlans(judge), announcements);
  const made = handMade('POST', '/x');
  const proposal = proposalOf(made);
  announcements.announce(PRINCIPAL, { tool: 't', entry: '3', actions: proposal.actions, approved: null });
  return {
    lens,
    proposal,
    made,
    async ask(exchange: Exchange) {
      (await lens.judgeOf(exchange, PRINCIPAL, proposal)).judge(PRINCIPAL, proposal.actions);
      return own.at(-1)?.['announcedBy'] ?? null;
    },
  };
}

const TOLD = { tool: 't', entry: '3', equal: true };

test('an announced request is judged as such, once it was sent no other', async () => {
  const { lens, made, ask } = rig();
  assert.deepEqual(await ask({ ...made, id: 'rehearsal', rehearsal: true }), TOLD);
  assert.deepEqual(await ask({ ...made, id: 'x1' }), TOLD);
  lens.over('x1', false);
  assert.deepEqual(await ask({ ...made, id: 'x2' }), TOLD);
  lens.over('x2', true);
  assert.equal(await ask({ ...made, id: 'x3' }), null);
});

test('a call announces itself, and no client can say that its request is one', async () => {
  const { lens, made, ask } = rig();
  const request = { ...made.request, method: 'CALL', segments: ['tools', 'pay'] };
  assert.deepEqual(await ask({ ...made, request, cause: 'y', message: true, toolCall: true }), {
    tool: 'pay',
    entry: '',
    equal: true,
  });
  lens.over('x1', false);
  assert.deepEqual(await ask({ ...made, request }), TOLD);
});

test("a request of Interlock's own was announced by nobody", async () => {
  const { made, ask } = rig();
  assert.equal(await ask({ ...made, cause: 'y' }), null);
  assert.deepEqual(await ask({ ...made, cause: 'y', message: true }), TOLD);
});
