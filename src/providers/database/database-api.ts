// What the providers of databases have in common: a route by the head, a whole body, and an unknown write for everything else.

import type { Action } from '../../classify/action.ts';
import { isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, foldName, readJson } from '../../classify/strict-json.ts';
import { joined } from '../../classify/sql/read-sql.ts';
import { countSqlWords } from '../../classify/sql/sql-words.ts';
import { type SqlReading, type SqlWork, unreadWork } from '../../classify/sql/sql-work.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Known } from '../../classify/known.ts';
import type { Provider, Recognition } from '../provider.ts';
import { databaseAction, type DatabasePlace, unknownDatabaseWrite } from './database-action.ts';

export type DatabaseRoute = (body: InspectedBody, known: Known) => readonly Action[];

export interface DatabaseApi extends Pick<Provider, 'name' | 'hosts' | 'refuse' | 'accountHeaders' | 'observe' | 'socket'> {
  readonly system: string;
  /** Null: not one that is known; then a plain read is nobody's, and the rest an unknown write. Never asked of an ambiguous path. */
  route(request: RequestView): DatabaseRoute | null;
  /** Is the request this API's at all? Absent: its hosts say so. */
  claims?(request: RequestView): boolean;
  /** On any host: a GET that is claimed may act, so with an ambiguous path it is no read either (E11). */
  readonly actsOnGet?: true;
}

export function databaseProvider(api: DatabaseApi): Provider {
  const { system, route, claims, actsOnGet, ...shared } = api;
  const recognise = (request: RequestView): Recognition | null => {
    if (claims?.(request) === false) return null;
    const ambiguous = hasAmbiguousPath(request);
    const found = ambiguous ? null : route(request);
    if (found !== null) return { need: { kind: 'whole' }, classify: found };
    // Some of these systems act on a GET: at a host of their own, a path that may be read as such a call is no read (E11).
    const anybodys = shared.hosts.includes('*') && actsOnGet !== true;
    if (isPlainRead(request) && (!ambiguous || anybodys)) return null;
    return {
      need: { kind: 'whole' },
      classify: (body) => [unknownDatabaseWrite(request, { system }, body.problem === null && !ambiguous)],
    };
  };
  return { ...shared, family: 'database', recognise };
}

/**
 * The JSON object of a body, or undefined when it can't be read surely, or has a key that a lenient reader would take for one of `names`
 * though it is spelt otherwise (threat C5).
 */
export function databaseDocument(request: RequestView, body: InspectedBody, names: ReadonlySet<string>): JsonObject | undefined {
  const value = databaseJson(request, body);
  if (!isJsonObject(value)) return undefined;
  const folded = new Set([...names].map(foldName));
  return Object.keys(value).every((key) => names.has(key) || !folded.has(foldName(key))) ? value : undefined;
}

/** The list that a body is, or undefined when it is none or can't be read surely. Its members are as they came. */
export function databaseList(request: RequestView, body: InspectedBody): readonly Json[] | undefined {
  const value = databaseJson(request, body);
  return isJsonArray(value) ? value : undefined;
}

function databaseJson(request: RequestView, body: InspectedBody): Json | undefined {
  if (body.problem !== null) return undefined;
  const media = mediaType(request.headers);
  if (media.problem !== null || !isUtf8Type(media)) return undefined;
  // A missing or plain type is what `fetch` with a text sends; these APIs read JSON whatever it says.
  if (!isJsonType(media) && media.type !== '' && media.type !== 'text/plain') return undefined;
  return readJson(body.bytes).value;
}

/** The actions of what statements do. Null: they could not be read. */
export function sqlActions(request: RequestView, place: DatabasePlace, reading: SqlReading | null): Action[] {
  const { works, statementCount } = reading ?? { works: [unreadWork()], statementCount: undefined };
  const whole: DatabasePlace = { ...place, statementCount };
  return works.map((work) => databaseAction(request, whole, work));
}

/** Of several texts together, or they would hold the event loop as many times as there are texts; what one may have, `read` says itself. */
const MAX_WORDS = 1500;
/** A statement of no words costs the parser as much as this many. */
const WORDS_OF_TEXT = 20;

/**
 * The same text again is not read again. INVARIANT: a text that is missing makes the whole unread, and so do too many words in all; so does
 * one more thing to do that is not in the texts.
 */
export function readTexts(
  texts: ReadonlyArray<string | null | undefined>,
  read: (text: string) => SqlReading,
  maxWords = MAX_WORDS,
): SqlReading | null {
  const known = new Map<string, SqlReading>();
  const readings: SqlReading[] = [];
  let words = 0;
  for (const text of texts) {
    if (typeof text !== 'string') return null;
    const found = known.get(text);
    if (found === undefined) {
      words += countSqlWords(text, maxWords) + WORDS_OF_TEXT;
      if (known.size > 0 && words > maxWords) return null;
    }
    const reading = found ?? read(text);
    known.set(text, reading);
    readings.push(reading);
  }
  return readings.length === 0 ? null : joined(readings);
}

/**
 * Does READ ONLY hold to the end? Not behind a statement that can end the transaction, or call what can.
 */
export function staysReadOnly({ works }: SqlReading): boolean {
  return works.every((work) => work.inspected && !ENDS_TRANSACTION.has(work.effect));
}

const ENDS_TRANSACTION: ReadonlySet<SqlWork['effect']> = new Set(['transaction', 'admin', 'call', 'unknown-write']);
