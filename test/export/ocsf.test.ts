// Every type of entry and every verdict as an event, held to the part of the official schema that is used (test/vectors/ocsf-1.8.0.json).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { VERDICTS } from '../../src/decide/judgement.ts';
import { briefLine } from '../../src/export/brief.ts';
import { formatLine } from '../../src/export/format.ts';
import { ocsfEvent } from '../../src/export/ocsf.ts';
import { ENTRY_TYPES } from '../../src/record/entry-types.ts';
import type { EntryBody, QuestionBody } from '../../src/record/entry.ts';
import { outcomeOf, SAMPLE_TIME, shadowOf, START, verdictOf } from '../record/sample-bodies.ts';
import { chainWith } from './chain-with.ts';

interface Attribute {
  readonly type: string;
  readonly array?: true;
  readonly required?: true;
  readonly enum?: readonly string[];
}
interface Shape {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly constraints?: { readonly at_least_one?: readonly string[] };
  readonly class_uid?: number;
}
interface Schema {
  readonly types: Readonly<Record<string, string>>;
  readonly classes: Readonly<Record<string, Shape>>;
  readonly objects: Readonly<Record<string, Shape>>;
}

const SCHEMA: Schema = JSON.parse(readFileSync(new URL('../vectors/ocsf-1.8.0.json', import.meta.url), 'utf8'));

function problems(value: Record<string, unknown>, shape: Shape, at: string): string[] {
  const { attributes, constraints } = shape;
  const missing = Object.entries(attributes).filter(([name, { required }]) => required === true && value[name] === undefined);
  const one = constraints?.at_least_one;
  return [
    ...missing.map(([name]) => `${at}.${name} is missing`),
    ...(one === undefined || one.some((name) => value[name] !== undefined) ? [] : [`${at} has none of ${one.join(', ')}`]),
    ...Object.entries(value).flatMap(([name, member]) => {
      const attribute = attributes[name];
      if (attribute === undefined) return [`${at}.${name} is not in the schema`];
      if (attribute.array !== true) return member === undefined ? [] : valueProblems(member, attribute, `${at}.${name}`);
      if (!Array.isArray(member)) return [`${at}.${name} is no list`];
      return member.flatMap((one, i) => valueProblems(one, attribute, `${at}.${name}[${i}]`));
    }),
  ];
}

function valueProblems(value: unknown, attribute: Attribute, at: string): string[] {
  const shape = SCHEMA.objects[attribute.type];
  if (shape !== undefined) {
    if (attribute.type === 'object') return [];
    return typeof value === 'object' && value !== null ? problems({ ...value }, shape, at) : [`${at} is no object`];
  }
  if (attribute.enum !== undefined && attribute.type === 'integer_t' && !attribute.enum.includes(String(value)))
    return [`${at} is ${String(value)}`];
  const base = SCHEMA.types[attribute.type] ?? attribute.type;
  const expected =
    base === 'integer_t' || base === 'long_t' || base === 'timestamp_t' ? 'number' : base === 'boolean_t' ? 'boolean' : 'string';
  return typeof value === expected ? [] : [`${at} is no ${expected}`];
}

const DIGEST = 'b'.repeat(64);
const asked = verdictOf('x1');
const QUESTION: QuestionBody = { ...asked, type: 'question', question: 'x1.0', given: 'typed', agent: 'bot' };
const BODIES: readonly EntryBody[] = [
  ...VERDICTS.map((verdict) => verdictOf(`x-${verdict}`, { verdict, user: 'ada', headers: { accept: '*/*' } })),
  verdictOf('x0', { verdict: 'BLOCK', actions: [], agent: null, policies: [], code: 'CLASSIFY_FAILED' }),
  verdictOf('x9', { verdict: 'BLOCK', enforcement: 'monitor', agent: 'böt\u2028' }),
  outcomeOf('x1', '1'),
  { ...outcomeOf('x1', '1'), result: 'unknown', status: null, error: 'UPSTREAM_CLOSED: gone\n<13>forged' },
  QUESTION,
  { type: 'refusals', source: '192.0.2.1', count: 3, codes: { REQUEST_MALFORMED: 3 }, sample: '\u001b[2J' },
  {
    type: 'ticket',
    ticket: 't_1',
    exchange: null,
    move: 'opened',
    agent: 'bot',
    by: null,
    channel: null,
    binding: DIGEST,
    note: '',
  },
  {
    ...{
      type: 'plan',
      plan: 'p_1',
      move: 'proposed',
      agent: 'bot',
      user: null,
      session: null,
      by: null,
      channel: null,
      step: null,
    },
    ...{ exchange: null, ticket: null, actions: [], bundle: null, note: '', binding: null, entry: null },
  } as unknown as EntryBody,
  { type: 'directory', move: 'added', entity: { type: 'Agent', id: 'bot' }, parents: [] },
  { type: 'budget', move: 'reserved', exchange: 'x1', budgets: ['daily'], used: [1] },
  { type: 'bundle', move: 'loaded', digest: DIGEST, policies: 3, note: '' },
  shadowOf('x1'),
  { type: 'disclosure', entry: '1', places: ['reason'], user: null, osUser: 'root', reason: 'audit' },
  { type: 'erasure', erased: [{ entry: '1', places: ['reason'] }], reason: 'asked for', osUser: 'root' },
  {
    ...{ type: 'retention', dropped: [{ from: 0, to: 255, lostEntries: 0 }], bytes: 10, rule: 'older than 6 days' },
    ...{ oldest: '2026-01-01T00:00:00.000Z', newest: '2026-01-02T00:00:00.000Z' },
  },
  { type: 'hold', move: 'added', hold: 'h_1', from: 0, to: null, reason: 'case 12', osUser: 'root' },
  { type: 'anchor', move: 'answered', size: 3, anchors: [{ name: 'file a', result: 'kept', note: '' }] },
  START,
  { ...START, type: 'stop' },
  { type: 'clock', stepMillis: 3_600_000, uptime: { boot: 'b', millis: 5000 } },
  { type: 'lost' },
  {
    ...{ type: 'repair', entries: 9, lost: [{ from: 1, to: 2 }], lostEntries: 2, damages: ['000003.log'], kept: 'damaged-1' },
    ...{ checkpoint: '', note: 'two entries are lost' },
  },
  { type: 'gap', refused: 2, since: '2026-01-01T00:00:00.000Z', note: 'disk full' },
  {
    type: 'key',
    move: 'rotated',
    publicKey: 'a',
    previousKey: 'b',
    previousSignature: 'c',
    signature: 'd',
    reason: '',
    osUser: null,
  },
];

test('every entry is an event that the schema takes, on one line of printable ASCII', async () => {
  await using chain = await chainWith(BODIES);
  const seen = new Set<string>();
  for await (const line of chain.ledger.stored(1, 100)) {
    const text = formatLine(line, 'ocsf');
    assert.match(text, /^[\x20-\x7e]+$/);
    const event = JSON.parse(text);
    const shape = Object.values(SCHEMA.classes).find(({ class_uid }) => class_uid === event.class_uid) ?? assert.fail();
    assert.deepEqual(problems(event, shape, event.metadata.event_code), []);
    assert.equal(event.type_uid, event.class_uid * 100 + event.activity_id);
    assert.equal(event.unmapped.entry.sequence, event.metadata.sequence);
    // In brief it is an event of the same class, which says the same of what was decided.
    const brief = JSON.parse(briefLine(line, 'ocsf'));
    assert.deepEqual(problems(brief, shape, `${event.metadata.event_code} in brief`), []);
    for (const name of ['class_uid', 'action_id', 'disposition_id', 'is_alert', 'severity_id'])
      assert.equal(brief[name], event[name], name);
    seen.add(event.metadata.event_code);
  }
  assert.deepEqual([...seen].toSorted(), [...ENTRY_TYPES].toSorted());
});

/** As docs/export.md has it: `action_id`, `disposition_id`, `is_alert`, `severity_id`. */
const TOLD: ReadonlyArray<readonly [name: string, body: EntryBody, ids: readonly unknown[]]> = [
  ['ALLOW', verdictOf('x', { verdict: 'ALLOW' }), [1, 1, false, 1]],
  ['ALLOW_LOG', verdictOf('x', { verdict: 'ALLOW_LOG' }), [1, 17, false, 1]],
  ['CONSTRAIN', verdictOf('x', { verdict: 'CONSTRAIN' }), [4, 11, false, 1]],
  ['WAIT', verdictOf('x', { verdict: 'WAIT' }), [2, 14, false, 1]],
  ['BLOCK', verdictOf('x', { verdict: 'BLOCK' }), [2, 2, true, 3]],
  ['a BLOCK that was not enforced', verdictOf('x', { verdict: 'BLOCK', enforcement: 'monitor' }), [3, 17, false, 3]],
  ['a BLOCK that was only asked about', { ...QUESTION, verdict: 'BLOCK' }, [3, 17, false, 3]],
  ['what would have been', shadowOf('x'), [3, 17, undefined, 1]],
  ['refusals', { type: 'refusals', source: 's', count: 1, codes: {}, sample: '' }, [2, 2, undefined, 3]],
  ['a loss', { type: 'lost' }, [undefined, undefined, undefined, 4]],
];

const eventOf = (body: EntryBody) => ocsfEvent({ version: 1, sequence: 1, time: SAMPLE_TIME, previous: '', body });

test('what was held back is told apart from what went out', () => {
  for (const [name, body, ids] of TOLD) {
    const event = eventOf(body);
    assert.deepEqual([event['action_id'], event['disposition_id'], event['is_alert'], event['severity_id']], ids, name);
    const profiles = (event['metadata'] as { profiles?: unknown }).profiles;
    assert.deepEqual(profiles, ids[0] === undefined ? undefined : ['security_control'], name);
  }
  const results = (['sent', 'refused', 'failed', 'unknown'] as const).map((result) => ({ ...outcomeOf('x', '1'), result }));
  assert.deepEqual(
    results.map((body) => eventOf(body)['status_id']),
    [1, 2, 2, 0],
  );
});

test('a method is told as what it does, and what has no name by the action', () => {
  const [action] = asked.actions;
  const methodOf = (method: string) =>
    eventOf({ ...asked, actions: action === undefined ? [] : [{ ...action, facts: { ...action.facts, method } }] });
  const activities = ['GET', 'PATCH', 'DELETE', 'POST', 'constructor'].map((method) => methodOf(method)['activity_id']);
  assert.deepEqual(activities, [2, 3, 4, 99, 99]);
  assert.equal(methodOf('POST')['activity_name'], 'email.send');
});

test('what is not known is left out, not told as empty', () => {
  const [action] = asked.actions;
  const facts = { ...action?.facts, host: '' };
  const event = eventOf({ ...asked, policies: [], actions: action === undefined ? [] : [{ ...action, facts }] });
  assert.deepEqual([event['dst_endpoint'], event['policy']], [undefined, undefined]);
});

test('what is held to the schema would be found', () => {
  const shape = SCHEMA.classes['api_activity'] ?? assert.fail();
  const found = problems({ activity_id: 7, api: {}, actor: { app_name: 3 }, made_up: 1 }, shape, 'e').join('\n');
  for (const part of [
    'activity_id is 7',
    'api.operation is missing',
    'app_name is no string',
    'made_up is not',
    'e.metadata is missing',
  ])
    assert.ok(found.includes(part), `${part} in ${found}`);
});
