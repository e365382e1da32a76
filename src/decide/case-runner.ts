// Tries a bundle's cases on the bundle itself, and tells which policies no case shows deciding.

import type { Ticket } from '../approve/ticket.ts';
import type { Principal } from '../identify/principal.ts';
import type { UserRecord } from '../identify/directory.ts';
import { readCaseFiles } from './bundle-files.ts';
import { errorAt, START, warningAt } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { createBundleJudge } from './bundle-judge.ts';
import type { BundleJudge } from './bundle-judge.ts';
import type { Bundle } from './bundle.ts';
import { parseCases } from './case-file.ts';
import type { ActionCase, ApprovalCase, Case, ReadingCase } from './case-file.ts';
import { createEngineSlots } from './engine-slots.ts';
import { sliceTexts } from './slices.ts';

interface CaseReport {
  readonly cases: number;
  /** An error for each case that came out otherwise, a warning for each policy that no case decides. */
  readonly findings: readonly BundleFinding[];
  readonly undecided: readonly string[];
}

/** Reads `cases/*.yaml` of the bundle's directory and runs them all. */
export async function runCases(bundle: Bundle): Promise<CaseReport> {
  const findings: BundleFinding[] = [];
  const decided = new Set<string>();
  const desk = openDesk(bundle);
  let count = 0;
  for (const [file, text] of await readCaseFiles(bundle.directory)) {
    const parsed = parseCases(file, text);
    findings.push(...parsed.findings);
    count += parsed.cases.length;
    for (const each of parsed.cases) {
      const came = desk(each);
      for (const policy of came.policies) decided.add(policy);
      for (const problem of came.problems) findings.push(errorAt(each.file, each.place, `${each.name}: ${problem}`));
    }
  }
  const undecided = bundle.policies.map((policy) => policy.id).filter((id) => !decided.has(id));
  for (const id of undecided)
    findings.push(warningAt('.', START, `no case shows the policy ${id} deciding`, 'write one in cases/'));
  return { cases: count, findings, undecided };
}

interface Outcome {
  readonly policies: readonly string[];
  readonly problems: readonly string[];
}

function openDesk(bundle: Bundle): (each: Case) => Outcome {
  const slots = createEngineSlots();
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  const users = new Map<string, UserRecord>();
  let changes = 0;
  const directory = {
    get generation() {
      return changes;
    },
    user: (name: string) => users.get(name),
  };
  const judge = createBundleJudge(bundle, slots, generation, directory);
  return (each) => {
    users.clear();
    changes += 1;
    if (each.user !== null) users.set(each.user, userRecord(each.user, each.groups));
    return each.kind === 'action' ? tryAction(judge, each) : tryPerson(judge, each);
  };
}

function userRecord(name: string, groups: readonly string[]): UserRecord {
  return { name, groups, tokenHash: '', state: 'active', createdAt: new Date(0).toISOString() };
}

function tryAction(judge: BundleJudge, each: ActionCase): Outcome {
  const { agent, teams, user, resource, parents, facts, own } = each;
  const principal: Principal = { agent, teams, user, session: null, provedBy: 'token' };
  const action = { name: each.action, resource, parents, facts, own };
  const judged = judge.judge(principal, [action]);
  const problems = [
    ...differs('verdict', each.verdict, judged.verdict),
    ...differs('policies', each.policies.join(', '), judged.policies.join(', ')),
    ...differs(
      'constraints',
      each.constraints.join(', '),
      judged.constraints
        .map((constraint) => constraint.name)
        .toSorted()
        .join(', '),
    ),
    ...differs(
      'approvers',
      each.approvers.join(', '),
      [...new Set(judged.waits.flatMap((wait) => wait.approvers))].toSorted().join(', '),
    ),
    ...(judged.actions[0]?.errors ?? []).map((error) => `evaluation error: ${error}`),
  ];
  if (each.reason !== null && !judged.reason.includes(each.reason))
    problems.push(`reason is \`${judged.reason}\`, without \`${each.reason}\``);
  if (each.unopened !== null)
    problems.push(...differs('unopened', String(each.unopened), String(judge.mayPassUnopened(principal, action))));
  return { policies: judged.policies, problems };
}

function tryPerson(judge: BundleJudge, each: ApprovalCase | ReadingCase): Outcome {
  const user = userRecord(each.user, each.groups);
  const { allowed, policies, errors } =
    each.kind === 'reading' ? judge.explainReading(user) : judge.explainApproval(user, ticketOf(each), each.approvers);
  return {
    policies,
    problems: [
      ...differs('allowed', String(each.allowed), String(allowed)),
      ...differs('policies', each.policies.join(', '), policies.join(', ')),
      ...errors.map((error) => `evaluation error: ${error}`),
    ],
  };
}

function differs(what: string, expected: string, actual: string): string[] {
  return expected === actual
    ? []
    : [`${what} is ${actual === '' ? 'none' : actual}, expected ${expected === '' ? 'none' : expected}`];
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
