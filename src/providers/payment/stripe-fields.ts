// The parameters of a Stripe request from wherever they came: form or JSON body, and the query, which is merged with it.

import { isFormType, isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { hasLookalikeRoot, jsonFields } from '../../classify/fields.ts';
import { type FormField, type FormReading, readForm, readPairs } from '../../classify/form.ts';
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
 * All readings of the parameters whose root is in `roots` (lower case). Null when the body or query can't be read surely, or holds a
 * parameter that a lenient reader would take for one of them.
 */
export function stripeFields(request: RequestView, body: InspectedBody, roots: ReadonlySet<string>): readonly FormField[] | null {
  if (body.problem !== null) return null;
  const query = readPairs(request.query);
  const sent = bodyFields(request, body.bytes);
  if (query.problem !== null || sent.problem !== null) return null;
  const fields = [...query.fields, ...sent.fields];
  if (!fields.every((field) => isHarmless(field)) || hasLookalikeRoot(fields, roots)) return null;
  const judged = fields.filter((field) => roots.has(field.path[0] ?? ''));
  return judged.length > MAX_JUDGED_FIELDS ? null : judged;
}

function isHarmless(field: FormField): boolean {
  const [root = ''] = field.path;
  return PARAMETER.test(root) && !ACCOUNT_PARAMETERS.has(root.toLowerCase());
}

function bodyFields(request: RequestView, bytes: Buffer): FormReading {
  if (bytes.length === 0) return { fields: [], problem: null };
  const media = mediaType(request.headers);
  if (media.problem !== null || !isUtf8Type(media)) return { fields: [], problem: media.problem ?? 'the body is not UTF-8' };
  if (isFormType(media)) return readForm(bytes);
  if (!isJsonType(media)) return { fields: [], problem: 'the body is neither a form nor JSON' };
  const reading = readJson(bytes);
  if (reading.problem !== null) return { fields: [], problem: reading.problem };
  return isJsonObject(reading.value) ? { fields: jsonFields(reading.value), problem: null } : { fields: [], problem: 'the JSON is not an object' };
}
