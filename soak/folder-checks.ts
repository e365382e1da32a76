// What must be so behind a power cut: of refunds that people approved, of a plan and its steps, of a budget. Each throws with what is not.

import type { Entry } from '../src/record/entry.ts';
import type { Operator } from '../src/serve/operator.ts';
import type { GatewayProcess } from '../test/support/gateway-process.ts';
import type { Login } from '../test/support/interlock.ts';
import { APPROVED, BUDGET, BUDGETED, PLANNED, type Scene, send } from './folder-scene.ts';
import { expectFigure } from './soak-case.ts';

export interface Cut {
  readonly moment: number;
  readonly gateway: GatewayProcess;
  readonly operator: Operator;
  readonly entries: readonly Entry[];
  readonly scene: Scene;
}

/** It had come to pass before the power went. */
const before = (mark: number | undefined, { moment }: Cut): boolean => (mark ?? Number.POSITIVE_INFINITY) <= moment;
const arrived = (amount: number, cut: Cut): boolean => before(cut.scene.marks.arrived.get(amount), cut);

/** Requests, not money: the origin knows the idempotency keys of every life that was cut. */
const refundsAt = ({ stripe }: Scene): number => stripe.of('/v1/refunds').length;

interface Tried {
  readonly statuses: readonly number[];
  /** How often it went out behind the cut. */
  readonly went: number;
  readonly told: string;
}

/** Sends it, and once more when it was let out. INVARIANT of every cut: what arrived before it and what goes out behind it is one at most. */
async function tried(cut: Cut, agent: Login, amount: number): Promise<Tried> {
  const { gateway, scene, moment } = cut;
  const known = refundsAt(scene);
  const statuses = [(await send({ gateway }, agent, amount)).status];
  if (statuses[0] === 200) statuses.push((await send({ gateway }, agent, amount)).status);
  const went = refundsAt(scene) - known;
  const told = `at ${moment}, refund ${amount}: ${statuses.join(', ')}, ${went} arrived`;
  expectFigure(!statuses.includes(407), `${told}: the agent's token is gone`);
  expectFigure(went + (arrived(amount, cut) ? 1 : 0) <= 1, `${told}: it went twice`);
  return { statuses, went, told };
}

/** Each refund that had arrived has its verdict on record. */
export function checkRecord(cut: Cut): void {
  const amounts = cut.entries.flatMap(({ body }) =>
    body.type === 'verdict' ? body.actions.map(({ facts }) => facts['amountMinor']) : [],
  );
  for (const [amount] of cut.scene.marks.arrived) {
    if (amount === 0 || !arrived(amount, cut)) continue;
    // Those that people approved were asked for once before.
    const expected = APPROVED.includes(amount) ? 2 : 1;
    const found = amounts.filter((one) => one === amount).length;
    expectFigure(found >= expected, `at ${cut.moment}: refund ${amount} had arrived, and has ${found} verdicts on record`);
  }
}

export async function checkApprovals(cut: Cut): Promise<{ sentOnce: number; askedAgain: number }> {
  const { moment, entries, scene } = cut;
  const plan = (await cut.operator.listPlans({}))[0];
  const spent = entries.filter(
    ({ body }) => body.type === 'ticket' && body.move === 'spent' && body.ticket !== plan?.ticket,
  ).length;
  const moved = APPROVED.filter((amount) => arrived(amount, cut)).length;
  expectFigure(spent >= moved, `at ${moment}: ${moved} refunds had arrived, and ${spent} are on record as sent`);
  let [sentOnce, askedAgain] = [0, 0];
  for (const [i, amount] of APPROVED.entries()) {
    const { went, told } = await tried(cut, scene.worker, amount);
    // Refunds are spent in their order. One that is on record as spent and did not arrive is for people to look at, never for a second try.
    if (before(scene.marks.approved.get(amount), cut) && i >= spent) expectFigure(went === 1, `${told}: its approval is gone`);
    if (went === 1) sentOnce += 1;
    else askedAgain += 1;
  }
  return { sentOnce, askedAgain };
}

const ENDS: ReadonlySet<string> = new Set(['denied', 'expired', 'revoked', 'completed']);

/** `plan`: how it was found; `steps`: how many of its refunds went out behind the cut. */
export async function checkPlan(cut: Cut): Promise<{ plan: string; steps: number }> {
  const { moment, operator, scene } = cut;
  const { planner, marks } = scene;
  const known = (await operator.listPlans({})).some(({ id }) => id === scene.plan);
  expectFigure(known || !before(marks.proposed, cut), `at ${moment}: the plan is gone`);
  const found = known ? await operator.showPlan(scene.plan) : null;
  const state = found?.state ?? 'none';
  if (ENDS.has(state)) expectFigure(toldOf(cut, state), `at ${moment}: the plan is ${state}, and no entry tells why`);
  else expectFigure(state === 'accepted' || !before(marks.accepted, cut), `at ${moment}: the plan was in force and is ${state}`);
  let steps = 0;
  for (const [i, amount] of [0, ...PLANNED].entries()) {
    const taken = (found?.steps[i]?.uses ?? []).length;
    if (arrived(amount, cut))
      expectFigure(taken === 1, `at ${moment}: step ${i + 1} had arrived and is on record ${taken} times`);
    const next = known && (await operator.showPlan(scene.plan)).steps[i]?.next === true;
    if (amount === 0) {
      const { status } = await send({ gateway: cut.gateway }, planner, amount);
      expectFigure(status === 200, `at ${moment}: the look is answered ${status}`);
      continue;
    }
    const { went, told } = await tried(cut, planner, amount);
    if (taken > 0) expectFigure(went === 0, `${told}: its step was taken before the cut`);
    if (state === 'accepted' && taken === 0)
      expectFigure(next && went === 1, `${told}: its step is ${next ? 'lost' : 'not next'}`);
    steps += went;
  }
  await checkSteps(cut, known);
  return { plan: state, steps };
}

function toldOf({ entries, scene }: Cut, state: string): boolean {
  return entries.some(({ body }) => body.type === 'plan' && body.plan === scene.plan && body.move === state);
}

/** No step was taken twice: neither by the plan itself nor by what is on record. */
async function checkSteps({ moment, operator, scene }: Cut, known: boolean): Promise<void> {
  if (!known) return;
  const plan = await operator.showPlan(scene.plan);
  const taken = (await operator.tailLedger(1000)).flatMap(({ body }) =>
    body.type === 'verdict' && body.plan?.id === scene.plan ? [body.plan.step] : [],
  );
  for (const { step, uses } of plan.steps) {
    const times = Math.max(uses.length, taken.filter((one) => one === step).length);
    expectFigure(times <= 1, `at ${moment}: step ${step} was taken ${times} times`);
  }
}

/** More than those four, so that the budget and not the amount is what ends it. */
const MORE = Array.from({ length: 6 }, (_, i) => 45_010 + i);

/** Minor units that had gone out before the cut, that were used then by the budget's own account, and that went out behind it. */
export async function checkBudget(cut: Cut): Promise<{ out: number; used: number; more: number }> {
  const { moment, scene } = cut;
  for (const [agent, amounts] of [
    ['worker', APPROVED],
    ['planner', PLANNED],
    ['teller', BUDGETED],
  ] as const)
    await checkUsed(cut, agent, sumOf(amounts.filter((amount) => arrived(amount, cut))));
  const out = sumOf(BUDGETED.filter((amount) => arrived(amount, cut)));
  const used = await usedBy(cut, 'teller');
  let more = 0;
  for (const amount of MORE) {
    const { status } = await send({ gateway: cut.gateway }, scene.teller, amount);
    if (status === 200) more += amount;
    expectFigure(out + more <= BUDGET, `at ${moment}: ${out} had gone out, ${more} went behind the cut, of ${BUDGET}`);
    const left = used + more + (status === 200 ? 0 : amount) <= BUDGET;
    expectFigure(left || status !== 200, `at ${moment}: ${used} were used, and ${more} went out of ${BUDGET}`);
    expectFigure(!left || status === 200, `at ${moment}: ${used} + ${more} + ${amount} is within ${BUDGET}, and got ${status}`);
    if (status !== 200) break;
  }
  await checkUsed(cut, 'teller', out + more);
  return { out, used, more };
}

async function checkUsed(cut: Cut, agent: string, sum: number): Promise<void> {
  const used = await usedBy(cut, agent);
  expectFigure(used >= sum, `at ${cut.moment}: ${sum} of ${agent} had arrived, and ${used} are counted as used`);
}

/** What nobody knows is more than any limit. */
async function usedBy({ operator }: Cut, agent: string): Promise<number> {
  const view = (await operator.listBudgets()).find(({ subject }) => subject === agent);
  return view === undefined ? 0 : (view.used ?? Number.MAX_SAFE_INTEGER);
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);
