// The `set` constraint: one field of a JSON or form body gets a value, everything else stays as it was written.

import { isFormType, isJsonType, isUtf8Type, mediaType } from '../classify/content-type.ts';
import { decodeFormText, fieldName, namePath, readForm } from '../classify/form.ts';
import { setPointer } from '../classify/json-pointer.ts';
import { readJson, writeJson } from '../classify/strict-json.ts';
import { InterlockError } from '../errors.ts';
import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { BodyEdit, EditedBody } from './body-edit.ts';

type SetEdit = Extract<BodyEdit, { readonly kind: 'set' }>;
/** What is left of edits where recipients are no matter, or are seen to before. */
type OtherEdit = Exclude<BodyEdit, { readonly kind: 'keep-recipients' }>;

/**
 * `field` is a JSON pointer (it starts with `/`) for a JSON body, or a form key such as `transfer_data[amount]` for a form. Throws
 * CONSTRAINT_FAILED when it does not fit the body, or the body can't be read surely.
 */
export function setField(request: RequestView, body: InspectedBody, edit: OtherEdit): EditedBody {
  if (edit.kind === 'remove-tools') throw failed('no tools are offered in a request to this API');
  if (body.problem !== null) throw failed(`the body could not be read to change it: ${body.problem}`);
  const media = mediaType(request.headers);
  if (media.problem !== null || !isUtf8Type(media)) throw failed(media.problem ?? 'the body is not UTF-8');
  const isPointer = edit.field.startsWith('/');
  if (isPointer && isJsonType(media)) return setJson(body.bytes, edit);
  if (!isPointer && isFormType(media)) return setForm(body.bytes, edit);
  throw failed(
    `\`${edit.field}\` is ${isPointer ? 'a JSON pointer' : 'a form key'}, and the body is \`${media.type || 'of no type'}\``,
  );
}

function setJson(bytes: Buffer, edit: SetEdit): EditedBody {
  const reading = readJson(bytes);
  if (reading.problem !== null) throw failed(reading.problem);
  const before = writeJson(reading.value);
  const after = writeJson(setPointer(reading.value, edit.field, edit.value));
  return before === after ? unchanged(bytes) : { bytes: Buffer.from(after), changed: [told(edit)] };
}

function setForm(bytes: Buffer, edit: SetEdit): EditedBody {
  const reading = readForm(bytes);
  const path = namePath(edit.field);
  if (reading.problem !== null || path === null) throw failed(reading.problem ?? `\`${edit.field}\` is not a form key`);
  const pairs = bytes
    .toString('utf8')
    .split('&')
    .filter((pair) => pair !== '');
  const places = pairs.flatMap((pair, index) => (pairName(pair) === fieldName(path) ? [index] : []));
  if (places.length > 1) throw failed(`the form holds \`${edit.field}\` more than once`);
  const pair = `${encodeURIComponent(edit.field)}=${encodeURIComponent(String(edit.value))}`;
  const [place] = places;
  if (place !== undefined && pairValue(pairs[place] ?? '') === String(edit.value)) return unchanged(bytes);
  const edited = place === undefined ? [...pairs, pair] : pairs.with(place, pair);
  return { bytes: Buffer.from(edited.join('&')), changed: [told(edit)] };
}

function pairName(pair: string): string {
  const path = namePath(decodeFormText(pair.split('=', 1)[0] ?? '') ?? '');
  return path === null ? '' : fieldName(path);
}

function pairValue(pair: string): string | null {
  const mark = pair.indexOf('=');
  return mark === -1 ? null : decodeFormText(pair.slice(mark + 1));
}

function unchanged(bytes: Buffer): EditedBody {
  return { bytes, changed: [] };
}

function told(edit: SetEdit): string {
  return `${edit.field}: set to ${String(edit.value)}`;
}

function failed(message: string): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', message);
}
