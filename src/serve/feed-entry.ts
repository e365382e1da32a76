// One line of the feed: an entry as the console lists it, its texts plain.

import { ENTRY_TYPES } from '../record/entry-types.ts';
import type { Outcome } from '../record/outcome-page.ts';
import { anchorText, heldText, strictestAction } from '../record/entry-view.ts';
import type { DisclosureBody } from '../record/disclosure-body.ts';
import type { ErasureBody } from '../record/erasure-body.ts';
import type { StorageBody } from '../record/storage-body.ts';
import { keyIdOf } from '../record/signer.ts';
import type { AnchorBody, ClockBody, Entry, EntryBody, KeyBody, PlanBody, QuestionBody, VerdictBody } from '../record/entry.ts';
import { plainText } from '../record/plain-text.ts';
import { COUNT, FLAG, object, orNull, type Schema, TEXT, TEXTS, TIME } from './api-schema.ts';

export interface FeedEntry {
  readonly sequence: number;
  readonly time: string;
  readonly type: EntryBody['type'];
  readonly exchange: string | null;
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly verdict: string | null;
  readonly actions: readonly string[];
  /** `Type::id` of the strictest action, or of what the entry is about; empty for none. */
  readonly resource: string;
  readonly host: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly reason: string;
  readonly policies: readonly string[];
  readonly ticket: string | null;
  readonly durationMs: number | null;
  readonly status: number | null;
  readonly result: string | null;
  /** Of an outcome: the sequence of the verdict that it belongs to. */
  readonly of: number | null;
  /** False: of a verdict that went out as it came, whatever it was. */
  readonly enforced: boolean;
}

const MAX_ID_CHARS = 300;
const MAX_TEXT_CHARS = 600;
const MAX_ACTIONS = 32;

/** `outcome` is what became of the exchange, for a verdict whose outcome is known. */
export function feedEntry(entry: Entry, outcome: Outcome | null): FeedEntry {
  return { ...EMPTY, sequence: entry.sequence, time: entry.time, type: entry.body.type, ...told(entry.body, outcome) };
}

const EMPTY = {
  exchange: null,
  agent: null,
  user: null,
  session: null,
  verdict: null,
  actions: [],
  resource: '',
  host: null,
  method: null,
  path: null,
  reason: '',
  policies: [],
  ticket: null,
  durationMs: null,
  status: null,
  result: null,
  of: null,
  enforced: true,
};

function told(body: EntryBody, outcome: Outcome | null): Partial<FeedEntry> {
  switch (body.type) {
    case 'verdict': {
      const { exchange, verdict, enforcement } = body;
      const enforced = enforcement !== 'monitor';
      const became = outcome === null ? {} : { durationMs: outcome.durationMs, status: outcome.status, result: outcome.result };
      return { exchange, verdict, enforced, ...judgedTold(body), ...became };
    }
    case 'question':
      // No verdict and no exchange: nothing was done.
      return { ...judgedTold(body), result: `would be ${body.verdict}` };
    case 'outcome':
      return {
        exchange: body.exchange,
        durationMs: body.durationMs,
        status: body.status,
        result: body.result,
        reason: plainText(body.error ?? '', MAX_TEXT_CHARS),
        of: /^\d{1,15}$/.test(body.verdictEntry) ? Number(body.verdictEntry) : null,
      };
    case 'ticket':
      return {
        exchange: body.exchange,
        agent: body.agent,
        user: body.by,
        ticket: body.ticket,
        result: body.move,
        reason: plainText(body.note, MAX_TEXT_CHARS),
      };
    case 'plan':
      return planTold(body);
    case 'refusals':
      return { result: `${body.count} refused`, reason: plainText(`${body.source}: ${body.sample}`, MAX_TEXT_CHARS) };
    case 'lost':
    case 'repair':
      return body.type === 'lost' ? { result: 'lost by damage' } : { result: `${body.lostEntries} lost`, reason: body.note };
    case 'directory':
      return { resource: refText(body.entity), result: body.move };
    case 'budget':
      return { exchange: body.exchange, result: body.move, resource: plainText(body.budgets.join(', '), MAX_ID_CHARS) };
    case 'bundle':
      return { result: body.move, resource: body.digest ?? '', reason: plainText(body.note, MAX_TEXT_CHARS) };
    case 'shadow':
      return shadowTold(body);
    case 'disclosure':
      return disclosureTold(body);
    case 'erasure':
    case 'retention':
    case 'hold':
      return storageTold(body);
    case 'start':
    case 'stop':
      return { result: body.version, reason: plainText(body.note, MAX_TEXT_CHARS) };
    case 'clock':
    case 'anchor':
    case 'key':
      return steadyTold(body);
    case 'gap':
      return { result: `${body.refused} not recorded`, reason: plainText(body.note, MAX_TEXT_CHARS) };
  }
}

function steadyTold(body: ClockBody | AnchorBody | KeyBody): Partial<FeedEntry> {
  if (body.type === 'clock') return { result: `stepped by ${body.stepMillis} ms` };
  if (body.type === 'anchor')
    return { result: body.move, resource: `${body.size ?? 0} entries`, reason: plainText(anchorText(body), MAX_TEXT_CHARS) };
  return { result: body.move, resource: keyIdOf(body.publicKey), reason: plainText(body.reason, MAX_TEXT_CHARS) };
}

function storageTold(body: StorageBody | ErasureBody): Partial<FeedEntry> {
  if (body.type === 'erasure') return erasureTold(body);
  if (body.type === 'retention')
    return { result: 'dropped', resource: `${body.dropped.length} segments`, reason: plainText(body.rule, MAX_TEXT_CHARS) };
  return { result: body.move, resource: heldText(body), reason: plainText(body.reason, MAX_TEXT_CHARS) };
}

function erasureTold(body: ErasureBody): Partial<FeedEntry> {
  return {
    user: body.osUser,
    result: `erased in ${body.erased.length} entries`,
    reason: plainText(body.reason, MAX_TEXT_CHARS),
  };
}

function disclosureTold(body: DisclosureBody): Partial<FeedEntry> {
  return {
    user: body.user ?? body.osUser,
    result: `${body.places.length} disclosed`,
    resource: plainText(body.places.join(', '), MAX_ID_CHARS),
    reason: plainText(body.reason, MAX_TEXT_CHARS),
    of: /^\d{1,15}$/.test(body.entry) ? Number(body.entry) : null,
  };
}

function planTold(body: PlanBody): Partial<FeedEntry> {
  return {
    exchange: body.exchange,
    agent: body.agent,
    user: body.by,
    session: body.session,
    actions: [...new Set(body.actions.map((one) => one.action))].slice(0, MAX_ACTIONS),
    resource: `Plan::${body.plan}`,
    ticket: body.ticket,
    result: body.step === null ? body.move : `step ${body.step} ${body.move}`,
    reason: plainText(body.note, MAX_TEXT_CHARS),
  };
}

function judgedTold(body: VerdictBody | QuestionBody): Partial<FeedEntry> {
  const { agent, user, session, policies, ticket } = body;
  const action = strictestAction(body);
  return {
    ...{ agent, user, session, policies, ticket },
    actions: [...new Set(body.actions.map((one) => one.action))].slice(0, MAX_ACTIONS),
    resource: action === undefined ? '' : refText(action.resource),
    host: factText(action?.facts['host']),
    method: factText(action?.facts['method']),
    path: factText(action?.facts['path']),
    reason: plainText(body.reason, MAX_TEXT_CHARS),
  };
}

function refText({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}::${plainText(id, MAX_ID_CHARS)}`;
}

function factText(fact: unknown): string | null {
  return typeof fact === 'string' ? plainText(fact, MAX_TEXT_CHARS) : null;
}

export const FEED_ENTRY: Schema = {
  $id: 'FeedEntry',
  ...object({
    sequence: COUNT,
    time: TIME,
    type: { enum: ENTRY_TYPES },
    exchange: orNull(TEXT),
    agent: orNull(TEXT),
    user: { ...orNull(TEXT), description: 'Whom the agent acts for; of a ticket move, who made it.' },
    session: orNull(TEXT),
    verdict: orNull({ enum: ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] }),
    actions: TEXTS,
    resource: TEXT,
    host: orNull(TEXT),
    method: orNull(TEXT),
    path: orNull(TEXT),
    reason: { ...TEXT, description: 'Plain text; of a ticket move its note, of an outcome its error.' },
    policies: TEXTS,
    ticket: orNull(TEXT),
    durationMs: orNull(COUNT),
    status: orNull(COUNT),
    result: { ...orNull(TEXT), description: 'sent, refused, failed or unknown once it is known; of other entries their move.' },
    enforced: { ...FLAG, description: 'False: the verdict is what would have been; the request went out as it came.' },
    of: { ...orNull(COUNT), description: 'Of an outcome: the sequence of its verdict.' },
  }),
};

function shadowTold(body: Extract<EntryBody, { type: 'shadow' }>): Partial<FeedEntry> {
  return {
    exchange: body.exchange,
    agent: body.agent,
    policies: body.policies,
    actions: body.actions.map(({ action }) => action),
    result: body.side,
    reason: `${body.was} would be ${body.would}`,
    of: /^\d{1,15}$/.test(body.verdictEntry) ? Number(body.verdictEntry) : null,
  };
}
