// The fields of a Mailgun call, whether they came as a form or as multipart, and the same form with other recipients.

import { isFormType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { fieldName, readForm } from '../../classify/form.ts';
import { type MultipartPart, partText, readMultipart, writeMultipart } from '../../classify/multipart.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { RECIPIENT_FIELDS, type RecipientLists } from './keep-recipients.ts';

export interface MailgunField {
  /** `to`, `o:tag`, `h:Reply-To`; brackets are kept (`to[0]`). */
  readonly name: string;
  /** Null for what is no text in UTF-8. */
  readonly text: string | null;
  /** The part that it came as; undefined in a form. */
  readonly part: MultipartPart | undefined;
}

/** In order. Null when the body can't be read surely, or the query says something as well: one of them would be a second reading. */
export function mailgunFields(request: RequestView, body: InspectedBody): readonly MailgunField[] | null {
  const media = mediaType(request.headers);
  if (body.problem !== null || request.query !== '' || media.problem !== null || !isUtf8Type(media)) return null;
  if (isFormType(media)) {
    const { fields, problem } = readForm(body.bytes);
    if (problem !== null) return null;
    return fields.map(({ path, value }) => ({ name: fieldName(path), text: value, part: undefined }));
  }
  if (media.type !== 'multipart/form-data') return null;
  const { parts, problem } = readMultipart(media, body.bytes);
  return problem === null ? parts.map((part) => ({ name: part.name ?? '', text: partText(part), part })) : null;
}

const RECIPIENT_NAMES: ReadonlySet<string> = new Set(RECIPIENT_FIELDS);

/** The same body with these recipients, each in a field of its own, where the first of them stood. */
export function withRecipients(request: RequestView, fields: readonly MailgunField[], lists: RecipientLists): Buffer {
  const named = RECIPIENT_FIELDS.flatMap((name) => lists[name].map(({ entry }) => ({ name, text: String(entry) })));
  const first = fields.findIndex((field) => RECIPIENT_NAMES.has(field.name));
  const before = fields.slice(0, Math.max(first, 0)).map((field) => ({ ...field }));
  const rest = fields.slice(Math.max(first, 0)).filter((field) => !RECIPIENT_NAMES.has(field.name));
  const media = mediaType(request.headers);
  if (isFormType(media)) {
    const pairs = [...before, ...named, ...rest].map(
      (field) => `${encodeURIComponent(field.name)}=${encodeURIComponent(field.text ?? '')}`,
    );
    return Buffer.from(pairs.join('&'));
  }
  const added = named.map(({ name, text }) => ({
    head: Buffer.from(`Content-Disposition: form-data; name="${name}"\r\n\r\n`),
    body: Buffer.from(text),
  }));
  const kept = (list: readonly MailgunField[]): MultipartPart[] => list.flatMap((field) => field.part ?? []);
  return writeMultipart(media.parameters.get('boundary') ?? '', [...kept(before), ...added, ...kept(rest)]);
}
