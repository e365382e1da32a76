// One bundle in force: its slices in the engine, its entities joined with the directory, its answers remembered.

import type { Ticket } from '../approve/ticket.ts';
import { type BudgetMeter, withBudgetRecords } from '../budget/meter.ts';
import type { Action } from '../classify/action.ts';
import type { ToolReader } from '../classify/tool-call.ts';
import type { UserRecord } from '../identify/directory.ts';
import type { Principal } from '../identify/principal.ts';
import { askAll, createAnswers, failed } from './answers.ts';
import type { Answers, MemoCount } from './answers.ts';
import { APPROVE, approvalQuestion, approvalsOf } from './approval.ts';
import { createToolReader } from '../tools/tool-reader.ts';
import { assumeCurrency } from './assume-currency.ts';
import type { Bundle } from './bundle.ts';
import { createDockets } from './dockets.ts';
import type { Dockets, PersonQuestion } from './dockets.ts';
import type { EngineSlots, Generation } from './engine-slots.ts';
import { createEntityBook } from './entity-book.ts';
import type { EntityBook, Groups } from './entity-book.ts';
import type { Judge } from './judge.ts';
import type { ActionJudgement, Judgement } from './judgement.ts';
import type { Policy } from './policy.ts';
import { judgedAction } from './question.ts';
import { READ_CONSOLE, type Readers, readingQuestion } from './reading.ts';
import type { ActionShape } from './schema-shape.ts';
import type { Wishes } from './wishes.ts';
import { combine, judgementOf } from './ruling.ts';

export interface BundleJudge extends Judge, Wishes, Readers, ToolReader {
  /** `as`: what is used of the budgets, where it is not what the judge itself would look up. */
  judge(principal: Principal, actions: readonly Action[], as?: BudgetMeter): Judgement;
  /** How `mayApprove` came to its answer: the determining policies and any errors. */
  explainApproval(user: UserRecord, ticket: Ticket, approverGroups: readonly string[]): Approvable;
  /** How `mayRead` came to its answer. */
  explainReading(user: UserRecord): Approvable;
  /** Answers remembered now, and how often one was found or not. */
  readonly memo: MemoCount;
}

interface Approvable {
  readonly allowed: boolean;
  readonly policies: readonly string[];
  readonly errors: readonly string[];
}

/** Stands in for an action that could not even be looked at, so that the BLOCK still has something to record. */
const UNREADABLE: Action = {
  name: 'unreadable',
  resource: { type: 'Host', id: 'unknown' },
  parents: [],
  facts: { inspected: false },
};

const NOBODY: Approvable = { allowed: false, policies: [], errors: [] };

/** `meter`: what is used of the budgets; null where nothing is, because nothing is ever sent (cases). */
export function createBundleJudge(
  bundle: Bundle,
  slots: EngineSlots,
  generation: Generation,
  directory: Groups,
  meter: BudgetMeter | null = null,
): BundleJudge {
  const book = createEntityBook(bundle.entities, directory);
  const bench = { slots, generation, policies: bundle.policyById };
  const actions = new Map(bundle.shape.actions.map((action) => [action.name, action]));
  const dockets = createDockets(bundle.slices, bundle.shape.leads, book, directory);
  const answers = createAnswers(bench, book, directory);
  const counted = new Set(bundle.budgets.flatMap((budget) => [...budget.actions]));

  function judge(principal: Principal, given: readonly Action[], as = meter): Judgement {
    const sane = wellFormed(principal);
    try {
      if (given.some(({ readBy = bundle.digest }) => readBy !== bundle.digest)) return misread(bundle.digest, sane, given);
    } catch (thrown) {
      return unreadable(sane, thrown);
    }
    return counted.size === 0 ? combine(bundle.digest, judgeEach(sane, given)) : judgeCounted(sane, given, as);
  }

  function judgeEach(principal: Principal, given: readonly Action[]): ActionJudgement[] {
    return given.map((action) => judgeAction(actions, dockets, answers, book, principal, action));
  }

  /** With what would be used of the budgets, counted of the facts that are judged. */
  function judgeCounted(principal: Principal, given: readonly Action[], as: BudgetMeter | null): Judgement {
    try {
      if (!given.some(({ name }) => counted.has(name))) return combine(bundle.digest, judgeEach(principal, given));
      const complete = given.map((action) => assumeCurrency(action, currencyOf));
      const { actions: measured, use } = withBudgetRecords(bundle.budgets, as, principal, complete);
      const judged = combine(bundle.digest, judgeEach(principal, measured));
      // What its request will use it does not use as well: it is judged by what it would come to, and reserves nothing.
      const isFollowed = given.every(({ name, followed }) => followed === true || !counted.has(name));
      return use === null || isFollowed ? judged : { ...judged, budget: use };
    } catch (thrown) {
      // What can't be counted can't be judged.
      return unreadable(principal, thrown);
    }
  }

  function unreadable({ agent }: Principal, thrown: unknown): Judgement {
    return combine(bundle.digest, [judgementOf(failed(messageOf(thrown)), UNREADABLE, agent)]);
  }

  const currencyOf = (account: string): string | undefined =>
    book.text({ type: 'Account', id: account }, 'currency')?.toUpperCase();

  /** What a person asks for: allowed or not, there is nothing between. */
  function explain(name: string, questionOf: (shape: ActionShape) => PersonQuestion | null): Approvable {
    try {
      const shape = actions.get(name);
      const asked = shape === undefined ? null : questionOf(shape);
      if (asked === null || asked.docket.gatherings.length === 0) return NOBODY;
      const { verdict, policies, errors } = askAll(bench, asked.docket, () => asked.question);
      // An approval can't itself be rewritten or wait.
      return { allowed: verdict === 'ALLOW' || verdict === 'ALLOW_LOG', policies, errors };
    } catch (thrown) {
      return { ...NOBODY, errors: [messageOf(thrown)] };
    }
  }

  const explainApproval: BundleJudge['explainApproval'] = (user, ticket, approverGroups) =>
    together(
      approvalsOf(ticket, approverGroups)
        .values()
        .map((asked) => explain(APPROVE, (shape) => approvalQuestion(shape, dockets, user, asked, book))),
    );
  const explainReading: BundleJudge['explainReading'] = (user) =>
    explain(READ_CONSOLE, (shape) => readingQuestion(shape, dockets, user, book));

  return {
    bundle: bundle.digest,
    judge,
    mayPassUnopened(principal, action) {
      const { verdict, policies } = judge(principal, [action]);
      if (action.name !== 'tunnel.open' || (verdict !== 'ALLOW' && verdict !== 'ALLOW_LOG')) return false;
      return policies.some((id) => namesProtocol(bench.policies.get(id)));
    },
    mayApprove: (user, ticket, approverGroups) => explainApproval(user, ticket, approverGroups).allowed,
    explainApproval,
    userBy: bundle.people.userBy,
    mayRead: (user) => explainReading(user).allowed,
    explainReading,
    asksFor: (ref, wish) => book.flag(ref, wish),
    ...createToolReader(actions, bundle.tools, bundle.digest),
    get memo() {
      return answers.memo;
    },
  };
}

/**
 * INVARIANT: what another bundle's tools.yaml makes of a call is never judged by this one's policies: neither bundle would have said that. Whoever
 * asked reads the call again.
 */
function misread(bundle: string, principal: Principal, given: readonly Action[]): Judgement {
  const problem = failed('tools.yaml has changed since the call was read');
  return combine(
    bundle,
    given.map((action) => judgementOf(problem, judgedAction(action, principal), principal.agent)),
  );
}

/** Never throws: what goes wrong with one action is a BLOCK of that action, and so of its exchange. */
function judgeAction(
  actions: ReadonlyMap<string, ActionShape>,
  dockets: Dockets,
  answers: Answers,
  book: EntityBook,
  principal: Principal,
  given: Action,
): ActionJudgement {
  try {
    const currencyOf = (account: string): string | undefined =>
      book.text({ type: 'Account', id: account }, 'currency')?.toUpperCase();
    const action = assumeCurrency(judgedAction(given, principal), currencyOf);
    const shape = actions.get(action.name);
    const ruling =
      shape === undefined
        ? failed(`the bundle's schema has no action \`${action.name}\``)
        : answers.rule(dockets.ofAction(shape, principal, action), principal, action);
    return judgementOf(ruling, action, principal.agent);
  } catch (thrown) {
    return judgementOf(failed(messageOf(thrown)), UNREADABLE, principal.agent);
  }
}

/** INVARIANT: a permit that does not itself name `context.protocol` never switches inspection off. */
function namesProtocol(policy: Policy | undefined): boolean {
  const facts = policy?.reads.facts;
  return facts !== undefined && facts !== 'all' && facts.has('protocol');
}

function wellFormed(principal: Principal): Principal {
  const { agent, user, teams } = principal;
  if (agent.isWellFormed() && (user?.isWellFormed() ?? true) && teams.every((team) => team.isWellFormed())) return principal;
  return {
    ...principal,
    agent: agent.toWellFormed(),
    user: user?.toWellFormed() ?? null,
    teams: teams.map((team) => team.toWellFormed()),
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Allowed when every one is; else as the first that is not, and no further one is asked. */
function together(answers: Iterable<Approvable>): Approvable {
  const policies = new Set<string>();
  for (const answer of answers) {
    if (!answer.allowed) return answer;
    for (const policy of answer.policies) policies.add(policy);
  }
  return { allowed: policies.size > 0, policies: [...policies].toSorted(), errors: [] };
}
