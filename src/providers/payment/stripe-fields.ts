// The parameters of a Stripe request: a form for v1, JSON for v2. What the query adds must be in the body as well.

import { isFormType, isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { hasLookalikeRoot, jsonFields } from '../../classify/fields.ts';
import { type FormField, type FormReading, fieldName, readForm, readPairs } from '../../classify/form.ts';
import { isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';

/** The API's parameters are plain words. `{"amount":5}` sent as a form is one field with an odd name here, and an amount elsewhere. */
const PARAMETER = /^[A-Za-z0-9_-]{1,64}$/;
/** Would select another account than the headers do. */
const ACCOUNT_PARAMETERS = new Set(['stripe_account', '_stripe_account', 'stripe_context', '_stripe_context']);
/** More leaves below judged parameters than any real call has. */
const MAX_JUDGED_FIELDS = 500;

/**
 * The parameters whose root is in `roots` (lower case). Null when body or query can't be read surely, or hold something that a lenient
 * reader would take for one of them. INVARIANT: with the query merged in or ignored, what is judged is the same (an amount that is in the
 * query alone may be no amount at all, and then the whole charge is refunded).
 */
export function stripeFields(request: RequestView, body: InspectedBody, roots: ReadonlySet<string>): readonly FormField[] | null {
  // The API documents no content codings. A server that ignores one reads the coded bytes themselves as a form, and a gzip header has room
  // for `&amount=…` (its file name and comment).
  if (body.problem !== null || request.headers.has('content-encoding')) return null;
  const query = readPairs(request.query);
  const sent = bodyFields(request, body.bytes);
  if (query.problem !== null || sent.problem !== null) return null;
  const fields = [...query.fields, ...sent.fields];
  if (!fields.every(isHarmless) || hasLookalikeRoot(fields, roots)) return null;
  const isJudged = (field: FormField): boolean => roots.has(field.path[0] ?? '');
  const judged = sent.fields.filter(isJudged);
  const agrees = query.fields.filter(isJudged).every((field) => judged.some((other) => sameField(field, other)));
  return agrees && judged.length <= MAX_JUDGED_FIELDS ? judged : null;
}

function sameField(a: FormField, b: FormField): boolean {
  return a.value === b.value && fieldName(a.path) === fieldName(b.path);
}

function isHarmless(field: FormField): boolean {
  const [root = ''] = field.path;
  return PARAMETER.test(root) && !ACCOUNT_PARAMETERS.has(root.toLowerCase());
}

/** An API version that does not read a content type would see no parameters at all where we see some: only its own is taken. */
function bodyFields(request: RequestView, bytes: Buffer): FormReading {
  if (bytes.length === 0) return { fields: [], problem: null };
  const media = mediaType(request.headers);
  if (media.problem !== null || !isUtf8Type(media)) return unread(media.problem ?? 'the body is not UTF-8');
  if (request.segments[0] !== 'v2') return isFormType(media) ? readForm(bytes) : unread('the body is not a form');
  if (!isJsonType(media)) return unread('the body is not JSON');
  const { value, problem } = readJson(bytes);
  if (!isJsonObject(value)) return unread(problem ?? 'the JSON is not an object');
  const fields = jsonFields(value);
  return fields === null ? unread('the JSON holds too many fields') : { fields, problem: null };
}

function unread(problem: string): FormReading {
  return { fields: [], problem };
}
