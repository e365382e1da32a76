// The ways in which a GraphQL request comes (GraphQL over HTTP, and what servers take besides): from a request to its envelopes.

import { isFormType, isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { readForm, readPairs, type FormReading } from '../../classify/form.ts';
import { persistedHash, STORED_NAMES } from '../../classify/graphql.ts';
import { looseText, startsJson } from '../../classify/loose-json.ts';
import { partText, readMultipart } from '../../classify/multipart.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';

/** Members of an envelope that are JSON themselves when they come as text. */
const JSON_MEMBERS: ReadonlySet<string> = new Set(['variables', 'extensions']);
const MEMBERS: ReadonlySet<string> = new Set(['query', 'operationName', 'variables', 'extensions', ...STORED_NAMES]);

/** The last segment says GraphQL: nothing else is expected there. */
export function isGraphqlPath({ segments }: RequestView): boolean {
  const last = segments.at(-1) === '' ? segments.at(-2) : segments.at(-1);
  return /^(?:graphql|gql|graphiql)$/i.test(last ?? '');
}

/** Names in a query that only GraphQL has, and those that say so where the path does. */
const TELLING = /(?:^|&)(?:query|extensions)=/;
const TELLING_HERE = /(?:^|&)(?:query|extensions|id|documentId|queryId|doc_id)=/;

/**
 * May the request carry GraphQL, as far as its head tells? INVARIANT: an upload of another type is not held to be looked at, so that large
 * ones keep streaming where nothing says GraphQL.
 */
export function mayCarry(request: RequestView): boolean {
  if (!request.hasBody) return (isGraphqlPath(request) ? TELLING_HERE : TELLING).test(request.query);
  if (isGraphqlPath(request)) return true;
  const media = mediaType(request.headers);
  return media.problem !== null || isJsonType(media) || media.type === 'application/graphql';
}

/**
 * What the request carries as an envelope or a list of them: `undefined` when there is nothing of the kind in it, null when there is
 * something that servers may read differently.
 */
export function readCarrier(request: RequestView, body: InspectedBody): Json | undefined | null {
  const asked = fromFields(readPairs(request.query), isGraphqlPath(request));
  if (!request.hasBody) return asked;
  if (body.problem !== null) return null;
  const carried = fromBody(request, body);
  // The same in query and body: which of the two runs depends on the server (E13).
  return asked === undefined ? carried : carried === undefined ? asked : null;
}

function fromBody(request: RequestView, body: InspectedBody): Json | undefined | null {
  const media = mediaType(request.headers);
  const here = isGraphqlPath(request);
  if (media.problem !== null || !isUtf8Type(media)) return null;
  if (media.type === 'application/graphql') return { query: body.bytes.toString('utf8') };
  if (media.type === 'multipart/form-data') return fromMultipart(media, body.bytes);
  if (isFormType(media)) {
    const form = fromFields(readForm(body.bytes), here);
    // curl's `-d` says form and sends JSON (E16).
    return form === undefined && startsJson(body.bytes) ? fromJson(body.bytes, here) : form;
  }
  return isJsonType(media) || media.type === '' || media.type === 'text/plain' ? fromJson(body.bytes, here) : undefined;
}

function fromJson(bytes: Buffer, here: boolean): Json | undefined | null {
  const reading = readJson(bytes);
  if (reading.problem !== null) return startsJson(bytes) ? null : undefined;
  return looksLikeEnvelope(reading.value, here) ? reading.value : undefined;
}

/** The upload convention: `operations` holds the envelope, `map` and the files only fill its variables. */
function fromMultipart(media: ReturnType<typeof mediaType>, bytes: Buffer): Json | undefined | null {
  const { parts, problem } = readMultipart(media, bytes);
  if (problem !== null) return null;
  const operations = parts.filter(({ name }) => name === 'operations');
  const [only, second] = operations;
  if (only === undefined) return undefined;
  const text = partText(only);
  return second !== undefined || text === null ? null : (readJson(Buffer.from(text)).value ?? null);
}

function fromFields({ fields, problem }: FormReading, here: boolean): Json | undefined | null {
  const named = fields.filter(({ path }) => path.length === 1 && MEMBERS.has(path[0] ?? ''));
  if (problem !== null) return named.length > 0 ? null : undefined;
  const tells = (name = ''): boolean => name === 'query' || name === 'extensions' || (here && STORED_NAMES.includes(name));
  if (!named.some(({ path }) => tells(path[0]))) return undefined;
  const envelope: Record<string, Json> = Object.create(null);
  for (const { path, value } of named) {
    const [name = ''] = path;
    if (name in envelope) return null;
    const member = JSON_MEMBERS.has(name) && value !== '' ? readJson(Buffer.from(value)).value : value;
    if (member === undefined) return null;
    envelope[name] = member;
  }
  return looksLikeEnvelope(envelope, here) ? envelope : undefined;
}

/** A list counts when any of its members does. */
function looksLikeEnvelope(value: Json, here: boolean): boolean {
  const is = (item: Json): boolean => isJsonObject(item) && (isEnvelope(item) || (here && namesStored(item)));
  return isJsonArray(value) ? value.some(is) : is(value);
}

/** What runs is known to the server alone. The names stand in many APIs, so they count only where the path says GraphQL. */
function namesStored(object: JsonObject): boolean {
  return typeof object['query'] !== 'string' && STORED_NAMES.some((name) => object[name] !== undefined);
}

/** How one starts: a selection, an operation with its name, variables or directives, a fragment. */
const START = /(?:\{|(?:query|mutation|subscription)\b[\s,]*(?:\w+[\s,]*)?[({@]|fragment[\s,]+\w+[\s,]+on\b)/y;

/** Many APIs have a `query` of another kind (SQL, words to search for), so the text must start as a document does; or there is the hash of one. */
function isEnvelope(object: JsonObject): boolean {
  const { query } = object;
  if (typeof query !== 'string') return persistedHash(object) !== undefined;
  START.lastIndex = leadLength(query);
  return START.test(query);
}

const BLANK = /[\s,\ufeff]/;

/** Of what may stand before a document: blanks, commas, a byte order mark, comments. By hand: a pattern keeps a way back to every one. */
function leadLength(text: string): number {
  let inComment = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (inComment) inComment = sign !== '\n' && sign !== '\r';
    else if (sign === '#') inComment = true;
    else if (!BLANK.test(sign)) return at;
  }
  return text.length;
}

/** The envelopes of what a request carries; none when it carries nothing that can be read. */
export function envelopesOf(carried: Json | undefined | null): JsonObject[] {
  if (carried === undefined || carried === null) return [];
  return (isJsonArray(carried) ? carried : [carried]).flatMap((item) => (isJsonObject(item) ? [item] : []));
}

/** A `query` that starts as a document does (a comment may stand in front), or the hash of one. */
const SMELL = /"query"\s*:\s*"(?:\\[nrt]|[\s,])*(?:\{|#|(?:query|mutation|subscription|fragment)\b)|"sha256hash"/;

/** Could a lax reader find an envelope in bytes that we could not read? */
export function smellsOfGraphql(bytes: Buffer): boolean {
  return SMELL.test(looseText(bytes));
}
