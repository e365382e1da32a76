// Tries one case after the other on one bundle.

import type { Ticket } from '../approve/ticket.ts';
import type { Action } from '../classify/action.ts';
import { InterlockError } from '../errors.ts';
import type { Principal } from '../identify/principal.ts';
import type { BundleJudge } from './bundle-judge.ts';
import type { Bundle } from './bundle.ts';
import { readBesideCases } from './bundle-files.ts';
import { answerOf, compareAnswer, type CaseOutcome, differs, evaluationError, untried } from './case-outcome.ts';
import { compareRequest, type RehearseRequest } from './case-rehearsal.ts';
import { CASE_AGENT } from './case.ts';
import type { ActionCase, ApprovalCase, Case, CaseAsker, EntryCase, ReadingCase, RequestCase } from './case.ts';
import { createOfflineJudge, seatedUser } from './offline-judge.ts';
import { readRecordedIn, type RecordedVerdict } from './recorded-verdict.ts';

export interface CaseDesk {
  /** Never rejects for what a case can get wrong: that is how it came out. */
  attempt(each: Case): Promise<CaseOutcome>;
}

/** Throws BUNDLE_INVALID. */
export function openCaseDesk(bundle: Bundle, rehearse: RehearseRequest): CaseDesk {
  const { judge, seat } = createOfflineJudge(bundle);
  /** What a case has for whoever asks; an entry names them itself. */
  function seated(as: CaseAsker, recorded: Partial<RecordedVerdict> = {}): Principal {
    const user = as.user ?? recorded.user ?? null;
    seat(user === null ? [] : [seatedUser(user, as.groups)]);
    const session = recorded.session ?? null;
    return { agent: as.agent ?? recorded.agent ?? CASE_AGENT, teams: as.teams, user, session, provedBy: 'token' };
  }

  async function tryRequest(each: RequestCase): Promise<CaseOutcome> {
    const raw = await readBesideCases(bundle.directory, each.request);
    return typeof raw === 'string' ? untried(raw) : compareRequest(each, await rehearse(raw, seated(each.as), judge));
  }

  async function tryEntry(each: EntryCase): Promise<CaseOutcome> {
    const raw = await readBesideCases(bundle.directory, each.entry);
    const recorded = typeof raw === 'string' ? raw : readRecordedIn(raw.toString('utf8'), each.id);
    if (typeof recorded === 'string') return untried(`${each.entry}: ${recorded}`);
    const principal = seated(each.as, recorded);
    const outcome = judged(
      judge,
      principal,
      recorded.questions.map((question) => question.action),
      each,
    );
    return { ...outcome, notes: recorded.questions.flatMap((question) => question.doubts) };
  }

  return {
    async attempt(each) {
      switch (each.kind) {
        case 'action':
          return tryAction(judge, seated(each.as), each);
        case 'request':
          return await tryRequest(each).catch(asUntried);
        case 'entry':
          return await tryEntry(each);
        case 'approval':
        case 'reading':
          seat([seatedUser(each.user, each.groups)]);
          return tryPerson(judge, each);
      }
    },
  };
}

function asUntried(thrown: unknown): CaseOutcome {
  if (!(thrown instanceof InterlockError)) throw thrown;
  return untried(thrown.message);
}

/** What it is about, as it would be recognised. */
export function caseAction({ action: name, resource, parents, facts, own }: ActionCase): Action {
  return { name, resource, parents, facts, own };
}

function tryAction(judge: BundleJudge, principal: Principal, each: ActionCase): CaseOutcome {
  const { unopened } = each;
  const action = caseAction(each);
  const outcome = judged(judge, principal, [action], each);
  if (unopened === null) return outcome;
  const differences = [
    ...outcome.differences,
    ...differs('unopened', String(unopened), String(judge.mayPassUnopened(principal, action))),
  ];
  return { ...outcome, differences };
}

function judged(judge: BundleJudge, principal: Principal, actions: readonly Action[], each: ActionCase | EntryCase): CaseOutcome {
  const judgement = judge.judge(principal, actions);
  return {
    differences: compareAnswer(each, answerOf(judgement)),
    policies: judgement.policies,
    actions: judgement.actions.map((action) => action.action),
    notes: [],
  };
}

function tryPerson(judge: BundleJudge, each: ApprovalCase | ReadingCase): CaseOutcome {
  const user = seatedUser(each.user, each.groups);
  const { allowed, policies, errors } =
    each.kind === 'reading' ? judge.explainReading(user) : judge.explainApproval(user, ticketOf(each), each.approvers);
  return {
    differences: [
      ...differs('allowed', String(each.allowed), String(allowed)),
      ...differs('policies', each.policies.join(', '), policies.join(', ')),
      ...errors.map(evaluationError),
    ],
    policies,
    actions: [],
    notes: [],
  };
}

/** A ticket as far as `ticket.approve` looks at one. */
function ticketOf(each: ApprovalCase): Ticket {
  const at = new Date(0).toISOString();
  return {
    id: 't_case',
    state: 'pending',
    binding: '',
    agent: 'case-agent',
    user: each.requester,
    session: null,
    actions: [],
    host: 'api.example.com',
    method: 'POST',
    path: '/',
    reason: '',
    waits: [],
    approvals: [],
    deniedBy: null,
    denial: null,
    createdAt: at,
    expiresAt: at,
    exchange: '',
    grant: false,
    offers: [],
    edit: null,
    scope: null,
    warning: null,
    idempotency: null,
    outcome: null,
  };
}
