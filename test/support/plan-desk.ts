// A plan book beside an approval desk, and plans of made-up steps.

import type { Action } from '../../src/classify/action.ts';
import type { Principal } from '../../src/identify/principal.ts';
import type { Plan, PlanStep } from '../../src/plan/plan.ts';
import { type OpenPlanBook, openPlanBook } from '../../src/plan/plan-book.ts';
import { newPlanId } from '../../src/plan/proposing.ts';
import type { Desk } from './approval-desk.ts';

export const AGENT: Principal = { agent: 'bot', teams: [], user: 'ada', session: 's', provedBy: 'token' };
export const planAction = (name: string): Action => ({
  name,
  resource: { type: 'Host', id: 'h' },
  parents: [],
  facts: { host: 'h', method: 'POST', path: '/', inspected: true },
});
export const planStep = (name: string, change: Partial<PlanStep> = {}): PlanStep => ({
  title: '',
  kind: 'typed',
  group: 0,
  optional: false,
  times: 1,
  patterns: [{ action: name, resource: { type: 'Host', id: 'h' }, facts: planAction(name).facts, bounds: {} }],
  binding: null,
  verdict: change.waits === undefined ? 'ALLOW' : 'WAIT',
  policies: [],
  reason: '',
  waits: [],
  ...change,
});

export const planBookOf = (desk: Desk, change: object = {}): Promise<OpenPlanBook> =>
  openPlanBook({
    ledger: desk.ledger,
    tickets: desk.book,
    directory: desk.directory,
    ...change,
  });
export const proposing = (book: OpenPlanBook, steps: readonly PlanStep[], principal = AGENT): Promise<Plan> =>
  book.propose(principal, { id: newPlanId(), title: '', lifetimeSeconds: 600, steps, actions: [] });
