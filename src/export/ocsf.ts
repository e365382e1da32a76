// An entry as an event of the Open Cybersecurity Schema Framework. Every attribute used here is in docs/export.md.
//
// What agents propose is API Activity (6003): a caller, an operation of an outside API, and what a control decided of it. Changes of agents,
// users, policies and the ledger are Entity Management (3004), refusals before identity Network Activity (4001), start and stop Application
// Lifecycle (6002), and what could not be recorded or was lost Application Error (6008).

import { readEntry } from '../record/entry-codec.ts';
import { strictestAction } from '../record/entry-view.ts';
import type { Entry, EntryBody, QuestionBody, VerdictBody } from '../record/entry.ts';
import type { StoredLine } from '../record/stored-line.ts';
import { version } from '../version.ts';
import { asciiOnly, jsonLine } from './json-line.ts';

export const OCSF_VERSION = '1.8.0';

type Event = Readonly<Record<string, unknown>>;

const CLASSES = { api: 6003, entity: 3004, network: 4001, lifecycle: 6002, error: 6008 } as const;
const CREATE = 1;
const READ = 2;
const UPDATE = 3;
const DELETE = 4;
const OTHER = 99;
const REFUSE = 5;
const START = 3;
const STOP = 4;
const INFORMATIONAL = 1;
const MEDIUM = 3;
const HIGH = 4;

interface Told {
  readonly class: keyof typeof CLASSES;
  readonly activity: number;
  /** Of an activity that the class does not name. */
  readonly activityName?: string;
  readonly severity?: number;
  readonly more: Event;
}

/** One line. The entry itself goes with it as `unmapped.entry`, in the form and with the values of `jsonLine`. */
export function ocsfLine(line: StoredLine): string {
  const event = ocsfEvent(readEntry(line.text, line.hidden ?? undefined));
  const text = JSON.stringify(event);
  return asciiOnly(`${text.slice(0, -1)},"unmapped":{"entry":${jsonLine(line)}}}`);
}

export function ocsfEvent(entry: Entry): Event {
  const { body, sequence, time } = entry;
  const told = toldOf(body);
  const classUid = CLASSES[told.class];
  return {
    activity_id: told.activity,
    ...(told.activity === OTHER ? { activity_name: told.activityName ?? body.type } : {}),
    category_uid: Math.floor(classUid / 1_000),
    class_uid: classUid,
    type_uid: classUid * 100 + told.activity,
    severity_id: told.severity ?? INFORMATIONAL,
    time: Date.parse(time),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Interlock', vendor_name: 'Interlock', version: version() },
      ...('action_id' in told.more ? { profiles: ['security_control'] } : {}),
      log_name: 'ledger',
      event_code: body.type,
      uid: entry.previous,
      original_event_uid: String(sequence),
      sequence,
      ...('exchange' in body && body.exchange !== null ? { correlation_uid: body.exchange } : {}),
    },
    ...told.more,
  };
}

function toldOf(body: EntryBody): Told {
  switch (body.type) {
    case 'verdict':
      return judged(body, body.exchange);
    case 'question':
      return { ...judged(body, body.question), activity: OTHER, activityName: 'Ask' };
    case 'outcome': {
      const { exchange, result, status, durationMs, error } = body;
      const http = status === null ? {} : { http_response: { code: status, latency: durationMs } };
      // Only what an upstream answered is a success: of what we refused nothing left.
      const said = { status_id: STATUS[result], status_code: result, status_detail: error ?? '' };
      return own('exchange', result, null, { ...http, ...said, api: apiOf('exchange.outcome', exchange) });
    }
    case 'ticket':
      return own('ticket', body.move, body.by ?? body.agent, { resources: [{ type: 'Ticket', uid: body.ticket }] });
    case 'plan':
      return own('plan', body.move, body.agent, { resources: [{ type: 'Plan', uid: body.plan }] });
    case 'budget':
      return own('budget', body.move, null, { resources: body.budgets.map((name) => ({ type: 'Budget', name })) });
    case 'shadow':
      return own('shadow', body.side, body.agent, { action_id: 3, disposition_id: 17, policy: policyOf(body.policies) });
    case 'directory':
      return managed(body.entity.type, body.entity.id, body.move, MOVES[body.move]);
    case 'bundle':
      return managed('Policy', body.digest ?? 'none', body.move, OTHER);
    case 'refusals': {
      const more = { count: body.count, status_code: Object.keys(body.codes).join(','), src_endpoint: { name: body.source } };
      return { class: 'network', activity: REFUSE, severity: MEDIUM, more: { action_id: 2, disposition_id: 2, ...more } };
    }
    case 'start':
    case 'stop': {
      const app = { name: 'Interlock', vendor_name: 'Interlock', version: body.version };
      return { class: 'lifecycle', activity: body.type === 'start' ? START : STOP, more: { app } };
    }
    case 'gap':
      return { class: 'error', activity: 1, severity: HIGH, more: { count: body.refused, message: body.note } };
    case 'clock':
      return { class: 'error', activity: 1, severity: MEDIUM, more: { message: `the clock stepped by ${body.stepMillis} ms` } };
    case 'lost':
    case 'repair':
      return {
        class: 'error',
        activity: 1,
        severity: HIGH,
        more: { message: body.type === 'repair' ? body.note : 'lost to damage' },
      };
    default:
      // What was done with the ledger itself: its keys, its checkpoints, its hidden values.
      return managed('Ledger', 'ledger', 'move' in body ? `${body.type}.${body.move}` : body.type, OTHER);
  }
}

const MOVES = { added: CREATE, rotated: UPDATE, revoked: DELETE, session: OTHER } as const;
/** `status_id` of an outcome. */
const STATUS = { sent: 1, refused: 2, failed: 2, unknown: 0 } as const;
/** A map: an agent chooses the method, and `constructor` is one. */
const ACTIVITIES: ReadonlyMap<string, number> = new Map([
  ['GET', READ],
  ['HEAD', READ],
  ['OPTIONS', READ],
  ['PUT', UPDATE],
  ['PATCH', UPDATE],
  ['DELETE', DELETE],
]);
/** `action_id` and `disposition_id`. What waits was not let out, and is not refused yet either. */
const CONTROL = {
  ALLOW: { action_id: 1, disposition_id: 1 },
  ALLOW_LOG: { action_id: 1, disposition_id: 17 },
  CONSTRAIN: { action_id: 4, disposition_id: 11 },
  WAIT: { action_id: 2, disposition_id: 14 },
  BLOCK: { action_id: 2, disposition_id: 2 },
} as const;
/** Not enforced, or only asked: seen, and let be. */
const OBSERVED = { action_id: 3, disposition_id: 17 } as const;

function judged(body: VerdictBody | QuestionBody, uid: string): Told {
  const action = strictestAction(body);
  const { method, host } = action?.facts ?? {};
  const activity = typeof method === 'string' ? (ACTIVITIES.get(method) ?? OTHER) : OTHER;
  const enforced = body.type === 'verdict' && body.enforcement !== 'monitor';
  const refused = body.verdict === 'BLOCK';
  return {
    class: 'api',
    activity,
    activityName: action?.action ?? 'refused',
    severity: refused ? MEDIUM : INFORMATIONAL,
    more: {
      ...(enforced ? CONTROL[body.verdict] : OBSERVED),
      action: body.verdict,
      is_alert: enforced && refused,
      actor: actorOf(body.agent, body.user, body.session),
      api: apiOf(action?.action ?? 'refused', uid),
      src_endpoint: { name: body.agent ?? 'unknown' },
      ...(typeof host === 'string' && host !== '' ? { dst_endpoint: { hostname: host } } : {}),
      ...(typeof method === 'string' ? { http_request: { http_method: method } } : {}),
      resources: body.actions.map(({ resource }) => ({ type: resource.type, name: resource.id })),
      message: body.reason,
      policy: policyOf(body.policies),
      ...(body.code === null ? {} : { status_code: body.code }),
    },
  };
}

/** What Interlock did itself, or a person with it. */
function own(thing: string, move: string, by: string | null, more: Event): Told {
  const name = by ?? 'interlock';
  const base = { actor: { app_name: name }, api: { operation: `${thing}.${move}` }, src_endpoint: { name } };
  return { class: 'api', activity: OTHER, activityName: `${thing}.${move}`, more: { ...base, ...more } };
}

function managed(type: string, uid: string, move: string, activity: number): Told {
  return { class: 'entity', activity, activityName: move, more: { entity: { type_id: OTHER, type, uid, name: uid } } };
}

function actorOf(agent: string | null, user: string | null, session: string | null): Event {
  return {
    app_name: agent ?? 'unknown',
    ...(user === null ? {} : { user: { name: user } }),
    ...(session === null ? {} : { session: { uid: session } }),
  };
}

function apiOf(operation: string, uid: string): Event {
  return { operation, request: { uid } };
}

/** Undefined, so left out, where no policy decided. */
function policyOf(ids: readonly string[]): Event | undefined {
  return ids.length === 0 ? undefined : { uid: ids.join(',') };
}
