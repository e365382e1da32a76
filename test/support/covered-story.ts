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
import { approvalDesk, fakeClock } from './approval-desk.ts';
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
  readonly constraints?: string;
  readonly principal?: Principal;
}

interface Answered {
  readonly status: number;
  readonly body: string;
  /** The ticket that its verdict's entry names. */
  readonly ticket: string | null | undefined;
  /** `context.announcedBy.equal` as it was judged. */
  readonly equal: unknown;
}

export const REFUND = { cents: 4200, iso: 'usd', charge: 'ch_1' };
export const FORM = 'charge=ch_1&amount=4200';

const APPROVALS = { holdSeconds: 0, ticketSeconds: 3_600, grantSeconds: 60 };

async function loadedJudge({ policies = FREE + policy('large', LARGE, COVERED), constraints = '' }: Parts) {
  const folder = bundleFolder(policies);
  folder.write('schema.cedarschema', SCHEMA);
  folder.write('entities.json', ENTITIES);
  folder.write('tools.yaml', TOOLS);
  folder.write('constraints.yaml', constraints);
  const judge = await createJudge({ policiesDir: folder.path, directory: directoryOf(members()) });
  const reload = async (text: string): Promise<void> => {
    folder.write('main.cedar', text);
    await judge.reload();
  };
  return { judge, reload, remove: () => folder[Symbol.dispose]() };
}

/** Answers 200, or breaks before or after something of the request was written. */
function fakeUpstream(): { readonly sent: string[]; breaks: 'before' | 'after' | null; readonly upstream: Upstream } {
  const sent: string[] = [];
  const upstream: Upstream = {
    send(outgoing, sink) {
      if (wire.breaks === 'before') return sink.fail(new InterlockError('UPSTREAM_CLOSED', 'nobody there'));
      sent.push(outgoing.target);
      sink.begin({ pause: () => undefined, resume: () => undefined, abort: () => undefined });
      if (wire.breaks === 'after') return sink.fail(new InterlockError('UPSTREAM_CLOSED', 'gone'));
      sink.head(200, [], false);
      sink.end([]);
    },
    stats: () => ({ pools: 0, http2Sessions: 0, open: 0, busy: 0 }),
    close: () => Promise.resolve(),
  };
  const wire: ReturnType<typeof fakeUpstream> = { sent, upstream, breaks: null };
  return wire;
}

const refundOf = (form: string, headers: readonly string[]): HandMade =>
  handMade('POST', '/v1/refunds', form, {
    host: 'api.stripe.com',
    headers: ['Content-Type', 'application/x-www-form-urlencoded', 'Authorization', 'Bearer k', ...headers],
  });

function refundText(form: string): string {
  const head = ['POST /v1/refunds HTTP/1.1', 'Host: api.stripe.com', 'Content-Type: application/x-www-form-urlencoded'];
  return [...head, 'Authorization: Bearer k', `Content-Length: ${form.length}`, '', form].join('\r\n');
}

/** `clock` moves the book's and the announcements' time. Nobody's connection is held: what waits is answered at once. */
export async function coveredStory(parts: Parts = {}) {
  const { principal = PRINCIPAL } = parts;
  const { judge, reload, remove } = await loadedJudge(parts);
  const clock = fakeClock();
  const desk = await approvalDesk({ clock, approvals: APPROVALS });
  const { ledger, book: tickets } = desk;
  const announcements = createAnnouncements(APPROVALS, () => clock.monotonic);
  const wire = fakeUpstream();
  const lens = createAnnouncingLens(noPlans(judge), announcements);
  const asking = {
    ...{ judge, ledger, tickets, lens, inspectBytes: 10_000, recall: createRecall(), keepBody: () => Promise.resolve() },
    ...NO_WISHES,
    announcements,
    enforcement: 'enforce' as const,
  };
  const stages = createStages({
    ...asking,
    budget: createMemoryBudget(1_000_000),
    upstream: wire.upstream,
    shelf: memoryShelf(),
    budgets: NO_BUDGETS,
    callGate: () => null,
    beside: { consider: () => undefined },
    messageGate: () => null,
    refuser: createRefuser({ ledger, tally: () => undefined, onRefused: () => undefined }),
    observer: { decided: () => undefined, leaving: () => undefined, finished: () => undefined },
  });
  let ids = 0;
  const nextId = (): string => `e${(ids += 1)}`;
  const made = (exchange: HandMade, as: Principal): HandMade => ({ ...exchange, id: nextId(), identify: () => as });

  /** The model asks for the tool. */
  const call = async (args: object = REFUND): Promise<CallFate['kind']> => {
    const question = made(handMade('POST', '/v1/chat/completions', '', { host: 'api.openai.com' }), principal);
    const { announce } = announcements;
    const gating = { stages, tools: judge, limitBytes: 10_000, announce, nextId, handle: handleExchange };
    const gate = callGate(question, { ...gating, budget: createMemoryBudget(100_000) });
    const written = Buffer.from(JSON.stringify(args));
    const seen = { key: '0', tool: 'refund', arguments: written, form: 'json', sure: true, isTooLong: false } as const;
    const fate = await gate?.judge(seen, { kind: 'calls', api: 'openai-chat', model: 'gpt-x', open: () => null });
    assert.ok(fate);
    return fate.kind;
  };
  /** Called, approved by fay, called again and handed over; the call's ticket. */
  const approvedCall = async (args: object = REFUND): Promise<string> => {
    assert.equal(await call(args), 'replace');
    const [waiting, ...more] = tickets.list({ state: 'pending' });
    assert.ok(waiting !== undefined && more.length === 0);
    await tickets.approve(waiting.id, { token: desk.tokens.fay }, 'cli');
    assert.notEqual(await call(args), 'replace');
    return waiting.id;
  };
  const refund = async (form = FORM, headers: readonly string[] = [], as = principal): Promise<Answered> => {
    const own = made(refundOf(form, headers), as);
    await handleExchange(own, stages);
    const { status, body } = await own.reply.answered;
    const verdict = ledger.bodies('verdict').find((entry) => entry.exchange === own.id);
    const equal = verdict?.actions[0]?.facts['announcedBy.equal'];
    return { status, body: body.toString(), ticket: verdict?.ticket, equal };
  };
  /** The same as a question. */
  const ask = async (form: string, park: boolean) => {
    const question = { kind: 'request', raw: Buffer.from(refundText(form)) } as const;
    const asked = { question, subject: null, claim: null, obligations: false, park };
    const deps = { ...asking, toolCallBytes: 1_000, connectPorts: new Set([443]), checkAddress: () => undefined };
    return askAhead(await judgeQuestion(asked, principal, deps), asked, principal, nextId(), deps);
  };
  const dispose = (): void => {
    desk[Symbol.dispose]();
    remove();
  };
  return { ...{ desk, tickets, ledger, clock, wire, call, approvedCall, refund, ask, reload }, [Symbol.dispose]: dispose };
}
