// An entry that is longer than its receiver takes, told in brief: what it is, whose it is, and the hash by which the whole is known.

import { leafHash, readEntry } from '../record/entry-codec.ts';
import { strictestAction } from '../record/entry-view.ts';
import type { EntryBody } from '../record/entry.ts';
import type { StoredLine } from '../record/stored-line.ts';
import type { Format } from './format.ts';
import { ocsfEvent } from './ocsf.ts';

/** Of each text: names of agents, users and sessions are no longer, nor is a hash. */
const MAX_CHARS = 64;

/** One line of printable ASCII, however long the entry is: of some 1,000 characters, so that every receiver takes it. */
export function briefLine(line: StoredLine, format: Exclude<Format, 'text'>): string {
  const entry = readEntry(line.text, line.hidden ?? undefined);
  const { sequence, time, version, body } = entry;
  const brief = { ...tellingOf(body), bytes: Buffer.byteLength(line.text), hash: leafHash(line.text) };
  if (format === 'jsonl') return JSON.stringify(bounded({ brief, sequence, time, version }));
  const event = Object.entries(ocsfEvent(entry)).filter(([name]) => SHORT.has(name));
  return JSON.stringify(bounded({ ...Object.fromEntries(event), unmapped: { brief } }));
}

/** Of an event: what is short by itself, and what its class must have. */
const SHORT: ReadonlySet<string> = new Set([
  ...['activity_id', 'activity_name', 'category_uid', 'class_uid', 'type_uid', 'severity_id', 'time', 'metadata'],
  ...['action_id', 'disposition_id', 'action', 'is_alert', 'status_id', 'status_code', 'count'],
  ...['actor', 'api', 'src_endpoint', 'app', 'entity'],
]);

function tellingOf(body: EntryBody): object {
  const judged = body.type === 'verdict' || body.type === 'question';
  return {
    ...(judged ? { action: strictestAction(body)?.action ?? null } : {}),
    ...('agent' in body ? { agent: body.agent } : {}),
    ...('exchange' in body ? { exchange: body.exchange } : {}),
    type: body.type,
    ...(judged ? { verdict: body.verdict } : {}),
  };
}

function bounded(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_CHARS);
  if (Array.isArray(value)) return value.slice(0, 1).map(bounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, bounded(member)]));
}
