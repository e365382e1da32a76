// First entries that are spelled right and wrong: of every value there is one text (RFC 8785), and it alone is hashed (threat F13).

import { NO_PREVIOUS } from '../../src/record/entry-codec.ts';

interface Spelling {
  readonly name: string;
  readonly text: string;
  readonly holds: boolean;
}

const TIME = '2026-01-02T03:04:05.006Z';
const BODY = '{"type":"start"}';

function entry(body = BODY, change: Readonly<Record<string, string>> = {}): string {
  const { previous, sequence, time, version } = {
    previous: `"${NO_PREVIOUS}"`,
    sequence: '0',
    time: `"${TIME}"`,
    version: '1',
    ...change,
  };
  return `{"body":${body},"previous":${previous},"sequence":${sequence},"time":${time},"version":${version}}`;
}

/** A body with one value more. */
function holding(value: string): string {
  return entry(`{"a":${value},"type":"start"}`);
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

function right(name: string, text: string): Spelling {
  return { name: `spelled right: ${name}`, text, holds: true };
}

function wrong(name: string, text: string): Spelling {
  return { name: `spelled wrong: ${name}`, text, holds: false };
}

export const SPELLINGS: readonly Spelling[] = [
  right('a fraction', holding('0.5')),
  right('the largest integer', holding('9007199254740991')),
  right('escapes', holding(String.raw`"\b\t\n\f\r\"\\\u0000\u001f"`)),
  right('texts as they are', holding('"é / \u007f \u2028 \u{1f600}"')),
  right('keys by UTF-16 units', entry('{"\u{1f600}":1,"\uff5e":2}')),
  right('lists as deep as may be', holding(nested(15))),
  wrong('keys by code points', entry('{"\uff5e":2,"\u{1f600}":1}')),
  wrong('keys in another order', entry('{"type":"start","a":1}')),
  wrong('a key twice', entry('{"a":1,"a":1}')),
  wrong('an integer as a fraction', holding('1.0')),
  wrong('an exponent', holding('1e2')),
  wrong('zero with a sign', holding('-0')),
  wrong('an integer beyond 2^53', holding('9007199254740993')),
  wrong('no number', holding('NaN')),
  wrong('a slash escaped', holding(String.raw`"\/"`)),
  wrong('a letter escaped', holding(String.raw`"\u0041"`)),
  wrong('an umlaut escaped', holding(String.raw`"\u00fc"`)),
  wrong('a long escape in the place of a short one', holding(String.raw`"\u000a"`)),
  wrong('upper-case hex', holding(String.raw`"\u001F"`)),
  wrong('a control character as it is', holding('"\t"')),
  wrong('half a character, escaped', holding(String.raw`"\ud800"`)),
  wrong('half a character', holding('"\ud800"')),
  wrong('lists too deep', holding(nested(16))),
  wrong('a space', entry('{ "type":"start"}')),
  wrong('a space at the end', `${entry()} `),
  wrong('a byte order mark', `\ufeff${entry()}`),
  wrong('a member more', `${entry().slice(0, -1)},"x":1}`),
  wrong('its version as a fraction', entry(BODY, { version: '1.0' })),
  wrong('its version as a truth', entry(BODY, { version: 'true' })),
  wrong('its sequence as a text', entry(BODY, { sequence: '"0"' })),
  wrong('its time without milliseconds', entry(BODY, { time: '"2026-01-02T03:04:05Z"' })),
  wrong('its time in other digits', entry(BODY, { time: `"${TIME.replace('6Z', '\u0666Z')}"` })),
  wrong('the hash before in upper case', entry(BODY, { previous: `"${'A'.repeat(64)}"` })),
  wrong('a list for a body', entry('[]')),
];
