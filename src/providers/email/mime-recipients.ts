// `keep-recipients` on a raw message: recipient fields are rewritten or taken out, every other byte stays as it was sent.

import { readAddressList } from '../../classify/email-address.ts';
import { RECIPIENT_FIELD_NAMES, readMimeMessage } from '../../classify/mime-message.ts';
import type { MimeField } from '../../classify/mime-head.ts';
import { InterlockError } from '../../errors.ts';
import type { EditedBody } from '../body-edit.ts';
import { nobodyLeft } from './keep-recipients.ts';

const RECIPIENT_NAMES: ReadonlySet<string> = new Set(Object.values(RECIPIENT_FIELD_NAMES).flat());

/**
 * Takes everybody outside `domains` out. A raw message needs no To, so nobody is moved and nobody hidden is shown. Returns `bytes`
 * themselves when nothing had to change. Throws CONSTRAINT_FAILED when it can't be read surely, is signed, or nobody is left.
 */
export function keepMimeRecipients(bytes: Buffer, domains: ReadonlySet<string>): EditedBody {
  const { message } = readMimeMessage(bytes);
  if (message === undefined) throw failed('the message could not be read to take recipients out');
  const { to, cc, bcc } = message;
  const all = [...to, ...cc, ...bcc];
  const outside = all.filter((recipient) => !domains.has(recipient.domain));
  if (outside.length === 0) return { bytes, changed: [] };
  if (outside.length === all.length) throw nobodyLeft();
  if (message.fields.some(({ name }) => name === 'dkim-signature' || name === 'arc-message-signature'))
    throw failed('the message is signed, so that its header can not be changed');
  const lineEnd = bytes.includes('\r\n') ? '\r\n' : '\n';
  const changed: string[] = [];
  const pieces: Buffer[] = [];
  let done = 0;
  for (const field of message.fields.filter(({ name }) => RECIPIENT_NAMES.has(name))) {
    pieces.push(bytes.subarray(done, field.start), keptField(bytes, field, domains, lineEnd, changed));
    done = field.end;
  }
  return { bytes: Buffer.concat([...pieces, bytes.subarray(done)]), changed };
}

/** The field as it was, shortened, or nothing. */
function keptField(bytes: Buffer, field: MimeField, domains: ReadonlySet<string>, lineEnd: string, changed: string[]): Buffer {
  const whole = bytes.subarray(field.start, field.end);
  if (field.value === '') return whole;
  const entries = splitEntries(field);
  const kept = entries.filter(({ address, domain }) => {
    if (domains.has(domain)) return true;
    changed.push(`${field.name}: removed ${address}`);
    return false;
  });
  if (kept.length === entries.length) return whole;
  const name = whole.toString('latin1').split(':', 1)[0] ?? field.name;
  const text = kept.map((entry) => entry.text).join(`,${lineEnd} `);
  return kept.length === 0 ? Buffer.alloc(0) : Buffer.from(`${name}: ${text}${lineEnd}`, 'latin1');
}

interface Entry {
  readonly text: string;
  readonly address: string;
  readonly domain: string;
}

/**
 * The list cut at its commas, display names kept. INVARIANT: the pieces come to the same addresses as the whole, so a comma inside
 * quotes or a group is never cut at: then it fails.
 */
function splitEntries(field: MimeField): Entry[] {
  const texts = field.value.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  const whole = readAddressList(field.value) ?? [];
  const entries = texts.map((text, index): Entry => {
    const read = readAddressList(text.trim());
    const [only, second] = read ?? [];
    if (only === undefined || second !== undefined || only.address !== whole[index]?.address || /[:;]/.test(text))
      throw failed(`\`${field.name}\` holds a group, out of which nobody can be taken`);
    return { text: text.trim(), ...only };
  });
  if (entries.length !== whole.length) throw failed(`\`${field.name}\` can not be taken apart`);
  return entries;
}

function failed(message: string): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', message);
}
