// What a gateway does before the power goes: refunds that people approve, a plan that runs, a budget that is used; and when each had come to pass.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAILY_REFUND_BUDGET } from '../src/decide/recipes/daily-refund-budget.ts';
import { recipeValues } from '../src/decide/recipes/recipe.ts';
import { curl } from '../test/support/agent-client.ts';
import type { FaultyDisk } from '../test/support/faulty-disk.ts';
import type { Interlock, InterlockOptions, Login } from '../test/support/interlock.ts';
import { readPowerRecord, type PowerRecord } from '../test/support/power-cut.ts';
import { openTls, type RawAnswer, type Running } from '../test/support/raw-connection.ts';
import type { StripeOrigin } from '../test/support/stripe-origin.ts';
import { ticketIn } from '../test/support/ticket-in.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { expectFigure } from './soak-case.ts';

/** Each is over what support may give alone. By its amount a refund is known wherever it turns up. */
export const APPROVED = [420_000, 420_001, 420_002, 420_003, 420_004, 420_005];
/** The refunds of the plan, its steps from 2 on; step 1 is a look. */
export const PLANNED = [430_000, 430_001, 430_002, 430_003];
/** Within the budget; a fifth is not. */
export const BUDGETED = [45_000, 45_001, 45_002, 45_003];
export const BUDGET = 200_000;

/** What had happened, each with how many changes of the disk there were by then. */
export interface Marks {
  /** All agents had their tokens. */
  agents: number;
  /** The approver was told that the approval counts, by amount. */
  readonly approved: Map<number, number>;
  /** The origin began to receive it, by amount. 0: the plan's look. */
  readonly arrived: Map<number, number>;
  /** The agent was told that its plan waits, and that it is in force. */
  proposed: number;
  accepted: number;
}

export interface Scene {
  readonly interlock: Interlock;
  readonly stripe: StripeOrigin;
  readonly worker: Login;
  readonly planner: Login;
  readonly teller: Login;
  readonly plan: string;
  readonly record: PowerRecord;
  readonly marks: Marks;
}

/** The starter bundle with the budget's recipe in it. */
export function sceneBundle(): Pick<InterlockOptions, 'policies' | 'budgets' | 'entities'> {
  const given = new Map([['budget', String(BUDGET)]]);
  const { policies, budgets, entities = [] } = DAILY_REFUND_BUDGET.write(recipeValues(DAILY_REFUND_BUDGET, given));
  const stripe = { uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] };
  return { policies, budgets: JSON.stringify(budgets), entities: [stripe, ...entities] };
}

const KEY = 'Host: api.stripe.com\r\nAuthorization: Bearer sk_test_soak\r\n';
const LOOK = `GET /v1/charges/ch_known HTTP/1.1\r\n${KEY}\r\n`;

function refund(amount: number): string {
  const body = `charge=ch_known&amount=${amount}`;
  const type = 'Content-Type: application/x-www-form-urlencoded\r\n';
  return `POST /v1/refunds HTTP/1.1\r\n${KEY}${type}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** A refund of that amount, or for 0 the look. */
export async function send(running: Running, agent: Login, amount: number): Promise<RawAnswer> {
  using connection = await openTls(running, agent, 'api.stripe.com:443');
  connection.write(amount === 0 ? LOOK : refund(amount));
  return await connection.answer(30_000);
}

interface Play {
  readonly interlock: Interlock;
  readonly clerk: string;
  readonly marks: Marks;
  now(): number;
  /** What must go out, goes out; marks when it arrived. */
  out(agent: Login, amount: number): Promise<void>;
}

export async function played(interlock: Interlock, stripe: StripeOrigin, disk: FaultyDisk): Promise<Scene> {
  const now = (): number => readFileSync(disk.journal, 'utf8').split('\n').length - 1;
  const marks: Marks = { agents: 0, approved: new Map(), arrived: new Map(), proposed: 0, accepted: 0 };
  let head = 0;
  stripe.server.prependListener('request', () => {
    head = now();
  });
  const out = async (agent: Login, amount: number): Promise<void> => {
    const { status, body } = await send(interlock, agent, amount);
    expectFigure(status === 200, `${amount}: ${status} ${body}`);
    marks.arrived.set(amount, head);
  };
  const teams = ['support'];
  const worker = await interlock.addAgent('worker', { teams });
  const { token } = await interlock.addAgent('planner', { teams });
  const planner = interlock.login('planner~s1', token);
  const teller = await interlock.addAgent('teller', { teams });
  marks.agents = now();
  const play: Play = { interlock, clerk: await interlock.addUser('finance-desk', ['finance']), marks, now, out };
  for (const amount of BUDGETED.slice(0, 2)) await out(teller, amount);
  await approvals(play, worker, APPROVED.slice(0, 3));
  const plan = await planned(play, planner);
  // The steps in between of everything else: each cut finds all three in the middle of something.
  for (const [i, amount] of [0, ...PLANNED.slice(0, -1)].entries()) {
    await out(planner, amount);
    await approvals(play, worker, APPROVED.slice(3 + i, 4 + i));
  }
  for (const amount of BUDGETED.slice(2)) await out(teller, amount);
  await interlock.kill9();
  const record = readPowerRecord({ root: join(interlock.folder, 'data'), journal: disk.journal, grave: disk.grave });
  return { interlock, stripe, worker, planner, teller, plan, record, marks };
}

/** All wait; all but the last one are approved, and all but the last two are sent. */
async function approvals({ interlock, clerk, marks, now, out }: Play, agent: Login, amounts: readonly number[]): Promise<void> {
  for (const amount of amounts) {
    const waits = await send(interlock, agent, amount);
    const ticket = ticketIn(waits.body);
    expectFigure(ticket !== '', `refund ${amount} does not wait: ${waits.status} ${waits.head} ${waits.body}`);
    if (amount === APPROVED.at(-1)) continue;
    await interlock.operator.decideTicket(ticket, 'approve', clerk);
    marks.approved.set(amount, now());
    if (amount !== APPROVED.at(-2)) await out(agent, amount);
  }
}

/** Proposes the plan, and has it approved. */
async function planned({ interlock, clerk, marks, now }: Play, agent: Login): Promise<string> {
  const steps = [LOOK, ...PLANNED.map(refund)].map((request) => ({ context: { request } }));
  const body = JSON.stringify({ title: 'four refunds', steps });
  const address = 'http://interlock.internal/v1/plans';
  const proposed = await curl(agent, [address, '-H', 'Content-Type: application/json', '-d', body]);
  const { id, ticket } = JSON.parse(proposed.body) as { id: string; ticket: string };
  expectFigure(proposed.status === 201, `the plan: ${proposed.status} ${proposed.body}`);
  marks.proposed = now();
  await interlock.operator.decideTicket(ticket, 'approve', clerk);
  // By itself, once its ticket is approved.
  const isAccepted = async (): Promise<boolean> =>
    JSON.parse((await curl(agent, [`${address}/${id}`])).body).state === 'accepted';
  await waitFor(async () => ((await isAccepted()) ? true : undefined));
  marks.accepted = now();
  return id;
}
