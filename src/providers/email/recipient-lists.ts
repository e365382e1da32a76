// To, cc and bcc of the JSON mail APIs: three members of one object, each a list of entries or one text, and how some are taken out.

import { type MailAddress, readAddressList, readBareAddress, splitAddressList } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { keepRecipients, RECIPIENT_FIELDS, type Recipient, type RecipientField, type RecipientLists } from './keep-recipients.ts';
import { MAX_RECIPIENTS } from './mail-message.ts';
import { breaksHeader, hasOtherSpelling, memberNames, withMembers } from './mail-json.ts';

/** How an API writes its recipients. */
export interface ListForm {
  readonly names: Readonly<Record<RecipientField, string>>;
  /** The recipients of one member's value; null when any of them can't be read surely. An absent member never comes here. */
  readonly read: (value: Json) => readonly Recipient[] | null;
  /** The member's new value; its entries are never none. */
  readonly write: (entries: readonly Json[]) => Json;
}

export const PLAIN_NAMES = { to: 'to', cc: 'cc', bcc: 'bcc' } as const;

/** A list of objects that name the address in one member (`email`) and perhaps a display name in another. */
export function objectList(address: string, name: string): Pick<ListForm, 'read' | 'write'> {
  const named = namedReader(address, name);
  const read = (value: Json): readonly Recipient[] | null => {
    return isJsonArray(value) ? readEach(value, (entry) => oneOf(named(entry))) : null;
  };
  return { read, write: (entries) => entries };
}

/** Postmark takes 50 addresses in one text; this is room for many more. */
const MAX_TEXT = 50_000;

/** One text of addresses between commas (`A <a@ex.com>, b@ex.com`). */
export const COMMA_TEXT: Pick<ListForm, 'read' | 'write'> = {
  read: (value) => (value === '' ? [] : typeof value === 'string' && value.length <= MAX_TEXT ? readText(value) : null),
  write: (entries) => entries.join(', '),
};

/** Each address of a text as an entry of its own; groups stay whole. Null when the text is no list of addresses. */
export function readText(text: string): readonly Recipient[] | null {
  const entries = splitAddressList(text)?.map((one) => ({ entry: one.text, addresses: [one.address] }));
  if (entries !== undefined) return entries;
  const addresses = readAddressList(text);
  return addresses === null ? null : [{ entry: text, addresses }];
}

/** A list whose every entry is read by `read`; null as soon as one is null, or when they name too many people together. */
export function readEach(
  list: readonly Json[],
  read: (entry: Json) => readonly MailAddress[] | null,
): readonly Recipient[] | null {
  if (list.length > MAX_RECIPIENTS) return null;
  const recipients: Recipient[] = [];
  let named = 0;
  for (const entry of list) {
    const addresses = read(entry);
    named += addresses?.length ?? 0;
    if (addresses === null || named > MAX_RECIPIENTS) return null;
    recipients.push({ entry, addresses });
  }
  return recipients;
}

/** `{"email": "a@ex.com", "name": "A"}`; null when it is not one, or its display name would break a header line. */
export function namedReader(address: string, name: string): (entry: Json | undefined) => MailAddress | null {
  const names = memberNames(address, name);
  return (entry) => {
    if (!isJsonObject(entry) || hasOtherSpelling(entry, names)) return null;
    const text = entry[address];
    return typeof text === 'string' && !breaksHeader(entry[name]) ? readBareAddress(text) : null;
  };
}

function oneOf(address: MailAddress | null): readonly MailAddress[] | null {
  return address === null ? null : [address];
}

/** Null when any recipient can't be read surely. The caller looks for other spellings of the members (`hasOtherSpelling`). */
export function readLists(object: JsonObject, form: ListForm): RecipientLists | null {
  const [to, cc, bcc] = RECIPIENT_FIELDS.map((field) => {
    const value = object[form.names[field]];
    return value === undefined || value === null ? [] : form.read(value);
  });
  return to && cc && bcc ? { to, cc, bcc } : null;
}

/**
 * The object without recipients outside `domains`: itself when nothing had to change, null when nobody is left. `lists` are its own. What
 * was taken out is added to `changed`. Throws CONSTRAINT_FAILED.
 */
export function keepInObject(
  object: JsonObject,
  lists: RecipientLists,
  form: ListForm,
  domains: ReadonlySet<string>,
  changed: string[],
): JsonObject | null {
  const kept = keepRecipients(lists, domains);
  changed.push(...kept.changed);
  if (kept.changed.length === 0) return object;
  const left = kept.lists;
  if (left === null) return null;
  const members = RECIPIENT_FIELDS.map((field): [string, Json | undefined] => {
    const entries = left[field].map((recipient) => recipient.entry);
    // Most APIs refuse an empty list.
    return [form.names[field], entries.length === 0 ? undefined : form.write(entries)];
  });
  return withMembers(object, Object.fromEntries(members));
}
