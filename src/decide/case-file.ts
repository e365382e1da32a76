// A bundle's cases (cases/*.yaml): one action of one principal, or one approval, and what must come of it.

import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import type { EntityRef, Fact, Facts, OwnRecords } from '../classify/action.ts';
import { errorAt } from './bundle-finding.ts';
import type { BundleFinding, Place } from './bundle-finding.ts';
import { VERDICTS } from './judgement.ts';
import type { Verdict } from './judgement.ts';

interface CaseBase {
  readonly name: string;
  readonly file: string;
  readonly place: Place;
  /** Determining policies, sorted. */
  readonly policies: readonly string[];
}

export interface ActionCase extends CaseBase {
  readonly kind: 'action';
  readonly agent: string;
  readonly teams: readonly string[];
  readonly user: string | null;
  /** Groups of that user, as the directory would have them. */
  readonly groups: readonly string[];
  readonly action: string;
  readonly resource: EntityRef;
  readonly parents: readonly EntityRef[];
  readonly facts: Facts;
  /** What Interlock would know beside the request. */
  readonly own: OwnRecords;
  readonly verdict: Verdict;
  readonly constraints: readonly string[];
  readonly approvers: readonly string[];
  /** Text that the reason must hold. */
  readonly reason: string | null;
  /** For tunnel.open: may it pass unopened? Null: not asked. */
  readonly unopened: boolean | null;
}

export interface ApprovalCase extends CaseBase {
  readonly kind: 'approval';
  readonly user: string;
  readonly groups: readonly string[];
  readonly requester: string | null;
  readonly approvers: readonly string[];
  readonly allowed: boolean;
}

/** May this user read what the console shows operators? */
export interface ReadingCase extends CaseBase {
  readonly kind: 'reading';
  readonly user: string;
  readonly groups: readonly string[];
  readonly allowed: boolean;
}

export type Case = ActionCase | ApprovalCase | ReadingCase;

interface ParsedCases {
  readonly cases: readonly Case[];
  readonly findings: readonly BundleFinding[];
}

/** Strict, like the rest of the bundle: a misspelt key would be an expectation that nobody checks. */
export function parseCases(file: string, text: string): ParsedCases {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const placeOf = (offset: number): Place => ({ line: lines.linePos(offset).line, column: lines.linePos(offset).col });
  const findings = document.errors.map((error) =>
    errorAt(file, placeOf(error.pos[0]), error.message.split('\n')[0] ?? 'not YAML'),
  );
  const root = document.contents;
  if (findings.length > 0) return { cases: [], findings };
  if (!isSeq(root)) return { cases: [], findings: [errorAt(file, placeOf(0), 'a case file is a list of cases')] };
  const cases: Case[] = [];
  for (const item of root.items) {
    const place = placeOf((isMap(item) || isScalar(item) || isSeq(item) ? item.range?.[0] : 0) ?? 0);
    try {
      if (!isMap(item)) throw new CaseError('a case is a mapping');
      cases.push(readCase(file, place, fields(item, document)));
    } catch (thrown) {
      if (!(thrown instanceof CaseError)) throw thrown;
      findings.push(errorAt(file, place, thrown.message));
    }
  }
  return { cases, findings };
}

/** Thrown and caught within this file: a case that does not read as one. */
class CaseError extends Error {}

type Fields = ReadonlyMap<string, unknown>;

function fields(map: YAMLMap, document: Document): Fields {
  const plain: unknown = map.toJS(document);
  return fieldsOf(plain, 'a case');
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CaseError(`${what} is not a mapping`);
  return new Map(Object.entries(value));
}

function only(given: Fields, what: string, known: readonly string[]): void {
  const unknown = [...given.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined) throw new CaseError(`unknown key \`${unknown}\` in ${what}: it has ${known.join(', ')}`);
}

function textOf(given: Fields, key: string, fallback?: string): string {
  const value = given.get(key) ?? fallback;
  if (typeof value !== 'string') throw new CaseError(`\`${key}\` is missing or not text`);
  return value;
}

function list(given: Fields, key: string): string[] {
  const value = given.get(key) ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new CaseError(`\`${key}\` is not a list of text`);
  return value;
}

function flag(given: Fields, key: string): boolean | null {
  const value = given.get(key) ?? null;
  if (value !== null && typeof value !== 'boolean') throw new CaseError(`\`${key}\` is neither true nor false`);
  return value;
}

function readCase(file: string, place: Place, given: Fields): Case {
  const base = { name: textOf(given, 'case'), file, place };
  if (given.has('console')) return readReading(base, given);
  return given.has('ticket') ? readApproval(base, given) : readAction(base, given);
}

function readApproval(base: Pick<CaseBase, 'name' | 'file' | 'place'>, given: Fields): ApprovalCase {
  only(given, 'an approval case', ['case', 'by', 'ticket', 'expect']);
  const by = fieldsOf(given.get('by'), '`by`');
  only(by, '`by`', ['user', 'groups']);
  const ticket = fieldsOf(given.get('ticket'), '`ticket`');
  only(ticket, '`ticket`', ['approvers', 'requester']);
  const { allowed, policies } = readAllowed(given);
  return {
    kind: 'approval',
    ...base,
    user: textOf(by, 'user'),
    groups: list(by, 'groups'),
    requester: ticket.has('requester') ? textOf(ticket, 'requester') : null,
    approvers: list(ticket, 'approvers'),
    allowed,
    policies,
  };
}

function readReading(base: Pick<CaseBase, 'name' | 'file' | 'place'>, given: Fields): ReadingCase {
  only(given, 'a reading case', ['case', 'by', 'console', 'expect']);
  if (given.get('console') !== 'read') throw new CaseError('`console` is `read`');
  const by = fieldsOf(given.get('by'), '`by`');
  only(by, '`by`', ['user', 'groups']);
  return { kind: 'reading', ...base, user: textOf(by, 'user'), groups: list(by, 'groups'), ...readAllowed(given) };
}

function readAllowed(given: Fields): Pick<ReadingCase, 'allowed' | 'policies'> {
  const expect = fieldsOf(given.get('expect'), '`expect`');
  only(expect, '`expect`', ['allowed', 'policies']);
  const allowed = flag(expect, 'allowed');
  if (allowed === null) throw new CaseError('`allowed` is missing');
  return { allowed, policies: list(expect, 'policies').toSorted() };
}

function readAction(base: Pick<CaseBase, 'name' | 'file' | 'place'>, given: Fields): ActionCase {
  only(given, 'a case', ['case', 'as', 'action', 'resource', 'parents', 'facts', 'plan', 'expect']);
  const as = fieldsOf(given.get('as') ?? {}, '`as`');
  only(as, '`as`', ['agent', 'teams', 'user', 'groups']);
  const expect = fieldsOf(given.get('expect'), '`expect`');
  only(expect, '`expect`', ['verdict', 'policies', 'constraints', 'approvers', 'reason', 'unopened']);
  const verdict = VERDICTS.find((known) => known === expect.get('verdict'));
  if (verdict === undefined) throw new CaseError(`\`verdict\` is one of ${VERDICTS.join(', ')}`);
  const action = textOf(given, 'action');
  const resource = readRef(given.get('resource'));
  const parents = given.get('parents') ?? [];
  if (!Array.isArray(parents)) throw new CaseError('`parents` is not a list');
  return {
    kind: 'action',
    ...base,
    agent: textOf(as, 'agent', 'case-agent'),
    teams: list(as, 'teams'),
    user: as.has('user') ? textOf(as, 'user') : null,
    groups: list(as, 'groups'),
    action,
    resource,
    parents: parents.map(readRef),
    facts: { ...baseFactsOf(action, resource), ...readFacts(given.get('facts') ?? {}) },
    own: given.has('plan') ? { plan: readPlan(given.get('plan')) } : {},
    verdict,
    policies: list(expect, 'policies').toSorted(),
    constraints: list(expect, 'constraints').toSorted(),
    approvers: list(expect, 'approvers').toSorted(),
    reason: expect.has('reason') ? textOf(expect, 'reason') : null,
    unopened: flag(expect, 'unopened'),
  };
}

function readRef(value: unknown): EntityRef {
  const ref = fieldsOf(value, 'an entity');
  only(ref, 'an entity', ['type', 'id']);
  return { type: textOf(ref, 'type'), id: textOf(ref, 'id') };
}

/** What every action has, so that a case need only say what matters to it. */
function baseFactsOf(action: string, resource: EntityRef): Facts {
  const host = resource.type === 'Host' ? resource.id.replace(/:\d+$/, '') : 'api.example.com';
  const method = action === 'tunnel.open' ? 'CONNECT' : action.endsWith('.read') ? 'GET' : 'POST';
  return { host, method, path: action === 'tunnel.open' ? '' : '/', inspected: action !== 'tunnel.open' };
}

/** `plan: { expected: false }`: the session has a plan in force, and this is not its next step. */
function readPlan(value: unknown): OwnRecords[string] {
  const plan = fieldsOf(value, '`plan`');
  only(plan, '`plan`', ['expected', 'step', 'id']);
  const expected = flag(plan, 'expected');
  if (expected === null) throw new CaseError('`expected` is missing in `plan`');
  const step = plan.get('step') ?? (expected ? 1 : 0);
  if (typeof step !== 'number' || !Number.isSafeInteger(step)) throw new CaseError('`step` is not a whole number');
  return { expected, step, id: textOf(plan, 'id', 'p_case') };
}

function readFacts(value: unknown): Facts {
  const facts: Record<string, Fact> = {};
  for (const [name, fact] of fieldsOf(value, '`facts`')) {
    if (typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean') facts[name] = fact;
    else if (Array.isArray(fact) && fact.every((item) => typeof item === 'string')) facts[name] = fact;
    else throw new CaseError(`the fact \`${name}\` is not text, a number, true, false or a list of text`);
  }
  return facts;
}
