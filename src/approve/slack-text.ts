// Text in Slack: an agent's words are plain text, one line, cut with a mark; nothing in them is a mention, a link or markup.

import { plainText } from '../record/plain-text.ts';
import type { SlackBlock } from './slack-client.ts';

export interface PlainObject {
  readonly type: 'plain_text';
  readonly text: string;
  /** False: `:money:` stays what it is. */
  readonly emoji: false;
}

/** Slack's limits, in characters (docs.slack.dev/reference/block-kit/blocks). */
export const HEADER_CHARS = 150;
export const FIELD_CHARS = 2_000;
export const SECTION_CHARS = 3_000;
export const BUTTON_CHARS = 75;
export const MAX_FIELDS = 10;
const SHOWN_CHARS = 300;

/**
 * INVARIANT: everything that is not a constant of ours goes through here. Bidi marks, controls and line breaks are written as escapes,
 * so that a value can't look like another line of the card (threats D4, D5).
 */
export function shown(text: string, maxChars: number = SHOWN_CHARS): string {
  const line = plainText(text, maxChars);
  // Slack refuses a block whose text is empty.
  return line.trim() === '' ? '(empty)' : line;
}

export function plain(text: string, maxChars: number): PlainObject {
  const whole = text.length <= maxChars ? text : `${text.slice(0, maxChars - 1).toWellFormed()}…`;
  return { type: 'plain_text', text: whole, emoji: false };
}

export function header(text: string): SlackBlock {
  return { type: 'header', text: plain(text, HEADER_CHARS) };
}

export function section(text: string): SlackBlock {
  return { type: 'section', text: plain(text, SECTION_CHARS) };
}

/** A label over its value, two in a row. At most ten: what is more the caller says elsewhere. */
export function fieldSection(fields: ReadonlyArray<readonly [string, string]>): SlackBlock {
  return {
    type: 'section',
    fields: fields.slice(0, MAX_FIELDS).map(([label, value]) => plain(`${label}\n${shown(value)}`, FIELD_CHARS)),
  };
}

/** Small print. */
export function note(text: string): SlackBlock {
  return { type: 'context', elements: [plain(text, FIELD_CHARS)] };
}

/** A moment in the reader's own time zone. The one piece of markup, made of numbers alone. */
export function momentNote(before: string, epochSeconds: number, fallback: string): SlackBlock {
  const moment = `<!date^${Math.floor(epochSeconds)}^{date_short_pretty} {time}|${fallback.replace(/[^0-9A-Za-z:. -]/g, '')}>`;
  return { type: 'context', elements: [{ type: 'mrkdwn', text: `${before} ${moment}`, verbatim: true }] };
}
