// A bundle's cases (cases/*.yaml): an action, a whole request, a ledger entry or an approval, and what must come of it.

import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import type { EntityRef, Facts } from '../classify/action.ts';
import { errorAt } from './bundle-finding.ts';
import type { BundleFinding, Place } from './bundle-finding.ts';
import type {
  ActionCase,
  ApprovalCase,
  Case,
  CaseAsker,
  CaseBase,
  CaseExpectation,
  EntryCase,
  ReadingCase,
  RequestCase,
  SubstituteExpectation,
} from './case.ts';
import {
  CaseError,
  expectedFactsOf,
  factsOf,
  type Fields,
  fieldsOf,
  flag,
  list,
  only,
  refOf,
  textOf,
  textOrNull,
} from './case-fields.ts';
import { RECORDS, recordsIn } from './case-records.ts';
import { VERDICTS } from './judgement.ts';

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

type Named = Pick<CaseBase, 'name' | 'file' | 'place'>;

function fields(map: YAMLMap, document: Document): Fields {
  const plain: unknown = map.toJS(document);
  return fieldsOf(plain, 'a case');
}

function readCase(file: string, place: Place, given: Fields): Case {
  const base = { name: textOf(given, 'case'), file, place };
  if (given.has('console')) return readReading(base, given);
  if (given.has('ticket')) return readApproval(base, given);
  if (given.has('request')) return readRequest(base, given);
  return given.has('entry') ? readEntry(base, given) : readAction(base, given);
}

function readApproval(base: Named, given: Fields): ApprovalCase {
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

function readReading(base: Named, given: Fields): ReadingCase {
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

const EXPECTED = ['verdict', 'policies', 'constraints', 'approvers', 'reason'];

function readAction(base: Named, given: Fields): ActionCase {
  only(given, 'a case', ['case', 'as', 'action', 'resource', 'parents', 'facts', ...RECORDS, 'expect']);
  const expect = fieldsOf(given.get('expect'), '`expect`');
  only(expect, '`expect`', [...EXPECTED, 'unopened']);
  const action = textOf(given, 'action');
  const resource = refOf(given.get('resource'));
  const parents = given.get('parents') ?? [];
  if (!Array.isArray(parents)) throw new CaseError('`parents` is not a list');
  return {
    kind: 'action',
    ...base,
    as: readAsker(given),
    action,
    resource,
    parents: parents.map(refOf),
    facts: { ...baseFactsOf(action, resource), ...factsOf(given.get('facts') ?? {}) },
    own: recordsIn(given),
    ...readExpectation(expect),
    unopened: flag(expect, 'unopened'),
  };
}

function readRequest(base: Named, given: Fields): RequestCase {
  only(given, 'a case of a request', ['case', 'as', 'request', 'expect']);
  const expect = fieldsOf(given.get('expect'), '`expect`');
  only(expect, '`expect`', [...EXPECTED, 'actions', 'substitute']);
  return {
    kind: 'request',
    ...base,
    as: readAsker(given),
    request: textOf(given, 'request'),
    actions: expect.has('actions') ? list(expect, 'actions') : null,
    substitute: expect.has('substitute') ? readSubstitute(expect.get('substitute')) : null,
    ...readExpectation(expect),
  };
}

function readSubstitute(value: unknown): SubstituteExpectation | 'none' {
  if (value === 'none') return value;
  const given = fieldsOf(value, '`substitute`, when not `none`,');
  only(given, '`substitute`', ['changed', 'facts']);
  return { changed: given.has('changed') ? list(given, 'changed') : null, facts: expectedFactsOf(given.get('facts') ?? {}) };
}

function readEntry(base: Named, given: Fields): EntryCase {
  only(given, 'a case of an entry', ['case', 'as', 'entry', 'id', 'expect']);
  const expect = fieldsOf(given.get('expect'), '`expect`');
  only(expect, '`expect`', EXPECTED);
  const id: unknown = given.get('id') ?? null;
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') throw new CaseError('`id` is not the id of an entry');
  return {
    kind: 'entry',
    ...base,
    as: readAsker(given),
    entry: textOf(given, 'entry'),
    id: id === null ? null : String(id),
    ...readExpectation(expect),
  };
}

function readAsker(given: Fields): CaseAsker {
  const as = fieldsOf(given.get('as') ?? {}, '`as`');
  only(as, '`as`', ['agent', 'teams', 'user', 'groups']);
  return { agent: textOrNull(as, 'agent'), teams: list(as, 'teams'), user: textOrNull(as, 'user'), groups: list(as, 'groups') };
}

function readExpectation(expect: Fields): CaseExpectation & Pick<CaseBase, 'policies'> {
  const verdict = VERDICTS.find((known) => known === expect.get('verdict'));
  if (verdict === undefined) throw new CaseError(`\`verdict\` is one of ${VERDICTS.join(', ')}`);
  return {
    verdict,
    policies: list(expect, 'policies').toSorted(),
    constraints: list(expect, 'constraints').toSorted(),
    approvers: list(expect, 'approvers').toSorted(),
    reason: textOrNull(expect, 'reason'),
  };
}

/** What every action has, so that a case need only say what matters to it. */
function baseFactsOf(action: string, resource: EntityRef): Facts {
  const host = resource.type === 'Host' ? resource.id.replace(/:\d+$/, '') : 'api.example.com';
  const method = action === 'tunnel.open' ? 'CONNECT' : action.endsWith('.read') ? 'GET' : 'POST';
  return { host, method, path: action === 'tunnel.open' ? '' : '/', inspected: action !== 'tunnel.open' };
}
