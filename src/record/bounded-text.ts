// Text from agents cut to a length that an entry can carry, with a digest of the rest (threat F11).

import { hash } from 'node:crypto';

/** Characters (UTF-16 units) of one text that an entry holds in full. */
const MAX_TEXT_CHARS = 2048;
/** Members of one list that an entry holds in full. */
export const MAX_LIST_MEMBERS = 512;

/**
 * The text itself when it is short and well formed; else its first `maxChars` characters, made well formed, followed by the count and
 * SHA-256 of all that was cut off, so that two long texts that differ in their tail never look the same on record.
 */
export function boundedText(text: string, maxChars: number = MAX_TEXT_CHARS): string {
  if (text.length <= maxChars) return text.isWellFormed() ? text : text.toWellFormed();
  const rest = text.slice(maxChars);
  return `${text.slice(0, maxChars).toWellFormed()}…[+${rest.length} chars, sha256 ${digestOf(rest)}]`;
}

/** Each member bounded; of a longer list the first `maxMembers`, then one member that counts and digests the others. */
export function boundedList(list: readonly string[], maxMembers: number = MAX_LIST_MEMBERS): string[] {
  const kept = list.slice(0, maxMembers).map((member) => boundedText(member));
  if (list.length > maxMembers) {
    const rest = list.slice(maxMembers);
    kept.push(`…[+${rest.length} more, sha256 ${digestOf(JSON.stringify(rest))}]`);
  }
  return kept;
}

/** UTF-16 bytes: UTF-8 would turn every lone surrogate into the same replacement and so hide a difference. */
function digestOf(text: string): string {
  return hash('sha256', Buffer.from(text, 'utf16le'), 'hex');
}
