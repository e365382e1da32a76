// What a case says that Interlock itself knows beside the request: the plan in force, a model's call, what was read, what is used.

import type { OwnRecord, OwnRecords } from '../classify/action.ts';
import { CaseError, type Fields, fieldsOf, flag, list, only, textOf } from './case-fields.ts';

const READERS: Readonly<Record<string, (value: unknown) => OwnRecord>> = {
  plan: readPlan,
  budget: readBudget,
  announcedBy: readAnnounced,
  taint: readTaint,
};
/** Their keys in a case. */
export const RECORDS: readonly string[] = Object.keys(READERS);

/** Throws CaseError. */
export function recordsIn(given: Fields): OwnRecords {
  const own: Record<string, OwnRecord> = {};
  for (const [name, read] of Object.entries(READERS)) if (given.has(name)) own[name] = read(given.get(name));
  return own;
}

/** `plan: { expected: false }`: the session has a plan in force, and this is not its next step. */
function readPlan(value: unknown): OwnRecord {
  const plan = fieldsOf(value, '`plan`');
  only(plan, '`plan`', ['expected', 'step', 'id']);
  const expected = flag(plan, 'expected');
  if (expected === null) throw new CaseError('`expected` is missing in `plan`');
  const step = plan.get('step') ?? (expected ? 1 : 0);
  if (typeof step !== 'number' || !Number.isSafeInteger(step)) throw new CaseError('`step` is not a whole number');
  return { expected, step, id: textOf(plan, 'id', 'p_case') };
}

/** `announcedBy: { equal: true }`: a model's call that announced it. */
function readAnnounced(value: unknown): OwnRecord {
  const announced = fieldsOf(value, '`announcedBy`');
  only(announced, '`announcedBy`', ['equal', 'tool', 'entry']);
  const equal = flag(announced, 'equal');
  if (equal === null) throw new CaseError('`equal` is missing in `announcedBy`');
  return { equal, tool: textOf(announced, 'tool', 'tool'), entry: textOf(announced, 'entry', '0') };
}

/** `taint: { hosts: [example.com] }`: what the agent has read, all of it untrusted and in this session unless it says otherwise. */
function readTaint(value: unknown): OwnRecord {
  const taint = fieldsOf(value, '`taint`');
  only(taint, '`taint`', ['hosts', 'servers', 'kinds', 'untrusted', 'inSession', 'complete']);
  const untrusted = flag(taint, 'untrusted') ?? true;
  return {
    hosts: list(taint, 'hosts'),
    servers: list(taint, 'servers'),
    kinds: list(taint, 'kinds'),
    untrusted,
    inSession: flag(taint, 'inSession') ?? untrusted,
    complete: flag(taint, 'complete') ?? true,
  };
}

/** `budget: { refundsPerDay: 950000 }`: what would be used with this action in it. */
function readBudget(value: unknown): OwnRecord {
  const used: Record<string, number> = {};
  for (const [name, amount] of fieldsOf(value, '`budget`')) {
    if (typeof amount !== 'number' || !Number.isSafeInteger(amount))
      throw new CaseError(`the budget \`${name}\` is not a whole number`);
    used[name] = amount;
  }
  return used;
}
