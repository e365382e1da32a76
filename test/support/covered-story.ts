// A model's call, people, and the request that follows, over the pipeline's own stages and a real bundle, without a gateway around them.

import assert from 'node:assert/strict';
import { callGate } from '../../src/call-gate.ts';
import { createJudge } from '../../src/decide/judge-engine.ts';
import { createRefuser } from '../../src/enforce/refuser.ts';
import { InterlockError } from '../../src/errors.ts';
import type { Upstream } from '../../src/forward/outgoing.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import type { Principal } from '../../src/identify/principal.ts';
import { handleExchange } from '../../src/pipeline.ts';
import type { CallFate } from '../../src/providers/call-reader.ts';
import { createRecall } from '../../src/recall/recall.ts';
import { createAnnouncements } from '../../src/session/announcements.ts';
import { createAnnouncingLens } from '../../src/session/announcing-lens.ts';
import { createStages } from '../../src/stages.ts';
import { askAhead } from '../../src/ask/ahead.ts';
import { judgeQuestion } from '../../src/ask/judge-question.ts';
import { bundleFolder, directoryOf, members, policy } from '../decide/bundle-fixture.ts';
import { approvalDesk, fakeClock, type FakeClock } from './approval-desk.ts';
import { type HandMade, handMade, NO_BUDGETS, NO_WISHES, PRINCIPAL } from './exchange.ts';
import { memoryShelf } from './memory-shelf.ts';
import { noPlans } from './no-plans.ts';

/** Refunds of 1,000 and more wait, as a call and as a request. */
export const COVERED = '@verdict("wait") @approvers("finance") @covers("request")';
export const LARGE =
  'permit (principal, action == Action::"payment.refund", resource) when { context has amountMinor && context.amountMinor >= 1000 };';
export const FREE =
  policy('call', 'permit (principal, action == Action::"llm.tool-call", resource);') +
  policy(
    'small',
    'permit (principal, action == Action::"payment.refund", resource) when { context has amountMinor && context.amountMinor < 1000 };',
  );
const TOOLS =
  'refund: { action: payment.refund, amountMinor: cents, currency: iso, counterparty: charge, account: { value: stripe } }\n';
/** No more than these tests read: a bundle of the shipped schema takes ten times as long to load. */
const SCHEMA = `
entity Team; entity Group; entity Model;
entity Tool in [Model];
entity User in [Group];
entity Agent in [Team] { user?: User };
entity Host;
entity Account { currency?: String };
entity Ticket { approvers: Set<Group>, requester?: User, agent: String };
type Announced = { tool: String, entry: String, equal: Bool };
type Facts = { host: String, method: String, path: String, inspected: Bool, tool?: String, amountMinor?: Long, currency?: String, announcedBy?: Announced };
action "llm.tool-call" appliesTo { principal: Agent, resource: [Tool, Model, Host], context: Facts };
action "payment.refund" appliesTo { principal: Agent, resource: Account, context: Facts };
action "ticket.approve" appliesTo { principal: User, resource: Ticket, context: { action: String } };
`;
const ENTITIES = JSON.stringify([
  { uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] },
  { uid: { type: 'Group', id: 'finance' }, attrs: {}, parents: [] },
]);

interface Parts {
  readonly policies?: string;
  readonly tools?: string;
  readonly constraints?: string;
  readonly entities?: string;
  readonly principal?: Principal;
  readonly mayApprove?: Parameters<typeof approvalDesk>[0];
}

export interface Answered {
  readonly status: number;
  readonly body: string;
  /** The ticket that its verdict's entry names. */
  readonly ticket: string | null | undefined;
  /** `context.announcedBy.equal` as it was judged. */
  readonly equal: unknown;
}

export const REFUND = { cents: 4200, iso: 'usd', charge: 'ch_1' };
export const FORM = 'charge=ch_1&amount=4200';

/** `clock` moves the book's and the announcements' time. Nobody's connection is held: what waits is answered at once. */
export async function coveredStory(parts: Parts = {}) {
  const { policies = FREE + policy('large', LARGE, COVERED), tools = TOOLS, principal = PRINCIPAL } = parts;
  const folder = bundleFolder(policies);
  folder.write('schema.cedarschema', SCHEMA);
  folder.write('entities.json', parts.entities ?? ENTITIES);
  folder.write('tools.yaml', tools);
  folder.write('constraints.yaml', parts.constraints ?? '');
  const judge = await createJudge({ policiesDir: folder.path, directory: directoryOf(members()) });
  const clock = fakeClock();
  const approvals = { holdSeconds: 0, ticketSeconds: 3_600, grantSeconds: 60 };
  const desk = await approvalDesk({ clock, approvals, ...parts.mayApprove });
  const { ledger, book: tickets } = desk;
  const announcements = createAnnouncements(approvals, () => clock.monotonic);
  const lens = createAnnouncingLens(noPlans(judge), announcements);
  const sent: string[] = [];
  const wire = { answers: 200, breaks: null as 'before' | 'after' | null, pause: Promise.resolve() };
  const upstream: Upstream = {
    send(outgoing, sink) {
      if (wire.breaks === 'before') return sink.fail(new InterlockError('UPSTREAM_CLOSED', 'nobody there'));
      sent.push(outgoing.target);
      sink.begin({ pause: () => undefined, resume: () => undefined, abort: () => undefined });
      if (wire.breaks === 'after') return sink.fail(new InterlockError('UPSTREAM_CLOSED', 'gone'));
      sink.head(wire.answers, [], false);
      sink.end([]);
    },
    stats: () => ({ pools: 0, http2Sessions: 0, open: 0, busy: 0 }),
    close: () => Promise.resolve(),
  };
  const asking = { judge, ledger, tickets, inspectBytes: 10_000, keepBody: () => Promise.resolve(), ...NO_WISHES, announcements };
  const recall = createRecall();
  const stages = createStages({
    ...asking,
    lens,
    recall,
    budget: createMemoryBudget(1_000_000),
    upstream,
    shelf: memoryShelf(),
    budgets: NO_BUDGETS,
    callGate: () => null,
    beside: { consider: () => undefined },
    enforcement: 'enforce',
    messageGate: () => null,
    refuser: createRefuser({ ledger, tally: () => undefined, onRefused: () => undefined }),
    observer: { decided: () => undefined, leaving: () => undefined, finished: () => undefined },
  });
  let ids = 0;
  const nextId = (): string => `e${(ids += 1)}`;
  const made = (exchange: HandMade, as: Principal): HandMade => ({ ...exchange, id: nextId(), identify: () => as });

  /** The model asks for the tool. */
  const call = async (args: object = REFUND, tool = 'refund', as = principal): Promise<CallFate['kind']> => {
    const question = made(handMade('POST', '/v1/chat/completions', '', { host: 'api.openai.com' }), as);
    const budget = createMemoryBudget(100_000);
    const { announce } = announcements;
    const gate = callGate(question, {
      stages,
      tools: judge,
      limitBytes: 10_000,
      announce,
      nextId,
      budget,
      handle: handleExchange,
    });
    const seen = {
      key: '0',
      tool,
      arguments: Buffer.from(JSON.stringify(args)),
      form: 'json',
      sure: true,
      isTooLong: false,
    } as const;
    const fate = await gate?.judge(seen, { kind: 'calls', api: 'openai-chat', model: 'gpt-x', open: () => null });
    assert.ok(fate);
    return fate.kind;
  };
  /** What waits is approved, by fay of finance unless told otherwise. */
  const approve = async (by: keyof typeof desk.tokens = 'fay', edit?: string): Promise<string> => {
    const [waiting, ...more] = tickets.list({ state: 'pending' });
    assert.ok(waiting !== undefined && more.length === 0, `${more.length + (waiting === undefined ? 0 : 1)} tickets wait`);
    await tickets.approve(waiting.id, { token: desk.tokens[by] }, 'cli', edit === undefined ? {} : { edit });
    return waiting.id;
  };
  const approvedCall = async (args: object = REFUND, tool = 'refund'): Promise<string> => {
    assert.equal(await call(args, tool), 'replace');
    const ticket = await approve();
    assert.notEqual(await call(args, tool), 'replace');
    return ticket;
  };
  const formed = (form: string, headers: readonly string[] = []): HandMade =>
    handMade('POST', '/v1/refunds', form, {
      host: 'api.stripe.com',
      headers: ['Content-Type', 'application/x-www-form-urlencoded', 'Authorization', 'Bearer k', ...headers],
    });
  const run = async (exchange: HandMade, as = principal): Promise<Answered> => {
    const own = made(exchange, as);
    await handleExchange(own, stages);
    const { status, body } = await own.reply.answered;
    const verdict = ledger.bodies('verdict').find((entry) => entry.exchange === own.id);
    const equal = verdict?.actions[0]?.facts['announcedBy.equal'];
    return { status, body: body.toString(), ticket: verdict?.ticket, equal };
  };
  const refund = (form = FORM, headers: readonly string[] = [], as = principal) => run(formed(form, headers), as);
  /** The same as a question, with approval asked for ahead. */
  const ask = async (form = FORM, park = true) => {
    const raw = `POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nContent-Type: application/x-www-form-urlencoded\r\nAuthorization: Bearer k\r\nContent-Length: ${form.length}\r\n\r\n${form}`;
    const question = { kind: 'request', raw: Buffer.from(raw) } as const;
    const asked = { question, subject: null, claim: null, obligations: false, park };
    const deps = {
      ...asking,
      lens,
      recall,
      toolCallBytes: 1_000,
      connectPorts: new Set([443]),
      checkAddress: () => undefined,
      enforcement: 'enforce',
    } as const;
    return askAhead(await judgeQuestion(asked, principal, deps), asked, principal, nextId(), deps);
  };
  const reload = async (text: string): Promise<void> => {
    folder.write('main.cedar', text);
    await judge.reload();
  };
  return {
    ...{
      desk,
      tickets,
      ledger,
      clock: clock satisfies FakeClock,
      sent,
      wire,
      call,
      approve,
      approvedCall,
      refund,
      run,
      formed,
      ask,
      reload,
    },
    [Symbol.dispose]: () => {
      desk[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}
