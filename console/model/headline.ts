// What an action means to the one who decides it: a verb, the one thing that matters most, and the rest in order.

import { amountText } from './money.ts';
import type { ActionShape, Fact, Facts } from './shapes.ts';

export interface Headline {
  /** `Refund`, `Send mail to`. */
  readonly verb: string;
  /** `4,200.00 USD`, `main`, `3 recipients`. From the agent: shown as text only. */
  readonly big: string;
  /** `to ch_1 · Account stripe`. */
  readonly line: string;
  /** What an approver must not overlook. */
  readonly alarms: readonly string[];
}

type Reader = (action: ActionShape) => Omit<Headline, 'alarms'>;

const PAYMENT_VERBS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    charge: 'Charge',
    capture: 'Capture',
    refund: 'Refund',
    payout: 'Pay out',
    transfer: 'Transfer',
    topup: 'Top up',
    subscribe: 'Subscribe for',
    order: 'Place an order for',
  }),
);

/** Maps, not objects: a name like `constructor` is in every object. */
const READERS: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    payment,
    email: mail,
    repo,
    database: (action) => ({
      verb: `${(text(action.facts, 'verb') ?? verbOf(action)).toUpperCase()} on`,
      big: list(action.facts, 'tables') ?? action.resource.id,
      line: joined([resourceText(action), text(action.facts, 'system')]),
    }),
    mcp: (action) => ({
      verb: verbOf(action) === 'call' ? 'Call the tool' : `MCP ${words(verbOf(action))}`,
      big: text(action.facts, 'tool') ?? text(action.facts, 'rpc') ?? action.resource.id,
      line: joined([lead('on', text(action.facts, 'server')), lead('with', list(action.facts, 'argumentNames'))]),
    }),
    message: (action) => ({
      verb: verbOf(action) === 'send' ? 'Post to' : `${words(verbOf(action))} in`,
      big: list(action.facts, 'channels') ?? action.resource.id,
      line: joined([quoted(text(action.facts, 'text')), text(action.facts, 'service')]),
    }),
    cloud: (action) => ({
      verb: `Cloud: ${words(verbOf(action))}`,
      big: joined([text(action.facts, 'service'), text(action.facts, 'operation')], ' ') || action.resource.id,
      line: joined([list(action.facts, 'targets'), text(action.facts, 'region'), resourceText(action)]),
    }),
    publish: (action) => ({
      verb: verbOf(action) === 'remove' ? 'Unpublish' : 'Publish',
      big: joined([text(action.facts, 'name'), text(action.facts, 'version')], ' ') || action.resource.id,
      line: joined([text(action.facts, 'ecosystem'), lead('as', text(action.facts, 'tag'))]),
    }),
    dns: (action) => ({
      verb: 'Change DNS of',
      big: list(action.facts, 'names') ?? text(action.facts, 'zone') ?? action.resource.id,
      line: joined([list(action.facts, 'changes'), list(action.facts, 'types'), lead('in', text(action.facts, 'zone'))]),
    }),
    file: (action) => ({
      verb: verbOf(action) === 'delete' ? 'Delete' : 'Upload',
      big: text(action.facts, 'name') ?? list(action.facts, 'names') ?? action.resource.id,
      line: joined([lead('to', text(action.facts, 'destination')), bytesText(action.facts['bytes'])]),
    }),
    llm: (action) => ({
      verb: 'Ask the model',
      big: text(action.facts, 'model') ?? action.resource.id,
      line: joined([lead('with tools', list(action.facts, 'tools')), text(action.facts, 'host')]),
    }),
  }),
);

export function headlineOf(action: ActionShape): Headline {
  const reader = READERS.get(action.action.split('.', 1)[0] ?? '') ?? plain;
  return { ...reader(action), alarms: alarmsOf(action) };
}

/** One line for lists, notifications and ears. */
export function headlineText(action: ActionShape): string {
  const { verb, big } = headlineOf(action);
  return `${verb} ${big}`;
}

function plain(action: ActionShape): Omit<Headline, 'alarms'> {
  const { method, host, path } = action.facts;
  if (action.action === 'tunnel.open')
    return { verb: 'Open a tunnel to', big: String(host ?? action.resource.id), line: 'nothing in it can be read' };
  if (action.action === 'websocket.open')
    return { verb: 'Open a WebSocket to', big: String(host ?? action.resource.id), line: String(path ?? '') };
  return {
    verb: `${typeof method === 'string' ? method : words(action.action)} to`,
    big: String(host ?? action.resource.id),
    line: joined([typeof path === 'string' ? path : null, text(action.facts, 'field')]),
  };
}

function payment(action: ActionShape): Omit<Headline, 'alarms'> {
  const verb = verbOf(action);
  if (verb === 'read') return { verb: 'Read payments of', big: action.resource.id, line: resourceText(action) };
  return {
    verb: PAYMENT_VERBS.get(verb) ?? `Payment: ${words(verb)}`,
    big: amountText(action.facts) ?? 'an amount not known',
    line: joined([lead('to', text(action.facts, 'counterparty') ?? list(action.facts, 'counterparties')), resourceText(action)]),
  };
}

function mail(action: ActionShape): Omit<Headline, 'alarms'> {
  const { facts } = action;
  if (verbOf(action) !== 'send' && verbOf(action) !== 'draft')
    return {
      verb: `Mail: ${words(verbOf(action))}`,
      big: text(facts, 'setting') ?? text(facts, 'what') ?? action.resource.id,
      line: joined([list(facts, 'forwardTo')]),
    };
  return {
    verb: verbOf(action) === 'send' ? 'Send mail to' : 'Draft mail to',
    big: list(facts, 'recipients') ?? 'recipients not known',
    line: joined([quoted(text(facts, 'subject')), lead('from', text(facts, 'sender')), lead('with', list(facts, 'attachments'))]),
  };
}

const REF_VERBS: ReadonlyMap<string, string> = new Map([
  ['create', 'Create'],
  ['update', 'Push to'],
  ['delete', 'Delete'],
]);

function repo(action: ActionShape): Omit<Headline, 'alarms'> {
  const { facts } = action;
  const ref = text(facts, 'ref')?.replace(/^refs\/(heads|tags)\//, '') ?? null;
  const line = joined([
    lead('in', action.resource.id),
    quoted(text(facts, 'title') ?? text(facts, 'message')),
    lead('from', text(facts, 'source')),
  ]);
  switch (verbOf(action)) {
    case 'push':
      return { verb: pushVerb(facts), big: ref ?? action.resource.id, line };
    case 'merge':
      return { verb: 'Merge into', big: ref ?? action.resource.id, line };
    case 'pull-request':
      return { verb: 'Open a pull request into', big: ref ?? action.resource.id, line };
    default:
      return {
        verb: `Repository: ${words(verbOf(action))}`,
        big: action.resource.id,
        line: joined([ref, text(facts, 'settingName'), text(facts, 'title')]),
      };
  }
}

function pushVerb(facts: Facts): string {
  if (facts['force'] === true || facts['fastForward'] === 'no') return 'Force-push to';
  return REF_VERBS.get(text(facts, 'change') ?? '') ?? 'Push to';
}

/** Each is true of the facts and nothing else; a fact that is not there alarms nobody. */
const ALARMS: ReadonlyArray<readonly [name: string, value: Fact, alarm: string]> = [
  ['inspected', false, 'The request could not be read surely: what is shown may not be all it does.'],
  ['amountKnown', false, 'How much it moves is not known.'],
  ['recipientsKnown', false, 'Who receives it is not known.'],
  ['where', false, 'No WHERE: it touches every row.'],
  ['force', true, 'It rewrites history.'],
  ['defaultBranch', true, 'It is the default branch.'],
  ['guardFiles', true, 'It changes files that guard the repository (workflows, owners, build scripts).'],
  ['bypass', true, "It goes around the repository's rules."],
  ['public', true, 'It makes something public.'],
  ['permanent', true, 'It can not be undone.'],
  ['toolChanged', true, "The tool's description changed since it was first seen."],
  ['toolKnown', false, 'Nobody has seen this tool described.'],
];

function alarmsOf(action: ActionShape): readonly string[] {
  return ALARMS.filter(([name, value]) => action.facts[name] === value).map(([, , alarm]) => alarm);
}

function verbOf(action: ActionShape): string {
  return action.action.split('.').slice(1).join('.');
}

/** `unknown-write` → `unknown write`. */
function words(name: string): string {
  return name.replaceAll(/[-.]/g, ' ');
}

function text(facts: Facts, name: string): string | null {
  const fact = facts[name];
  return typeof fact === 'string' && fact !== '' ? fact : null;
}

const LISTED = 3;

/** The first three, and how many more. */
function list(facts: Facts, name: string): string | null {
  const fact = facts[name];
  if (typeof fact !== 'object' || fact.length === 0) return null;
  const more = fact.length - LISTED;
  return `${fact.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function resourceText(action: ActionShape): string {
  return `${action.resource.type} ${action.resource.id}`;
}

function lead(word: string, value: string | null): string | null {
  return value === null ? null : `${word} ${value}`;
}

function quoted(value: string | null): string | null {
  return value === null ? null : `“${value.length > 120 ? `${value.slice(0, 119)}…` : value}”`;
}

function bytesText(fact: Fact | undefined): string | null {
  return typeof fact === 'number' ? `${fact.toLocaleString('en')} bytes` : null;
}

function joined(parts: ReadonlyArray<string | null>, separator = ' · '): string {
  return parts.filter((part) => part !== null && part !== '').join(separator);
}
