// Checks a usual entry, a verdict or an outcome, from its bytes: form, place, link, leaf hash, and hidden values against their commitments.
// It only ever says "all of this holds". Of everything else it says nothing, and the whole check (chain-walk.ts) finds what is wrong.

import { hash } from 'node:crypto';
import { valueEnd } from './canonical-scan.ts';
import type { ScanListener } from './canonical-scan.ts';
import { HIDDEN_DOMAIN } from './commitment.ts';
import type { StoredEntry } from './entry-codec.ts';
import { newHiddenScan, samePlace, scanBytes } from './hidden-scan.ts';
import type { HiddenScan } from './hidden-scan.ts';

export interface Checked {
  readonly hash: string;
  /** As far as the walk wants to know it: `type`, `exchange` and `verdict`. */
  readonly entry: StoredEntry;
  /** Commitments whose value is no longer kept. */
  readonly erased: number;
}

export interface QuickCheck {
  /** `text` and `hidden` as stored. Null: not sure. The answer is written over by the next call. */
  check(place: Place, text: string, hidden: string | null): Checked | null;
  /** The same of bytes. They are valid UTF-8. */
  checkLine(place: Place, line: EntryLine): Checked | null;
}

interface Place {
  readonly sequence: number;
  readonly previous: string;
}

/** An entry and its hidden values as bytes, without their line feeds. Nothing is hidden where the second are none. */
export interface EntryLine {
  readonly entries: Buffer;
  readonly at: number;
  readonly end: number;
  readonly hidden: Buffer;
  readonly hiddenAt: number;
  readonly hiddenEnd: number;
}

const BODY_AT = 9;
const BEGIN = Buffer.from('{"body":');
const END = Buffer.from('","version":1}');
const TIME_CHARS = 24;
const MAX_TAIL_CHARS = 200;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const COMMITMENT = Buffer.from('{"commitment":"');
const HASH_CHARS = 64;
const SALT_CHARS = 32;
const SALT_AT = HIDDEN_DOMAIN.length + 1;
const MAX_STEPS = 18;
/** Longer ones are rare, and read in the other way. */
const MAX_CHARS = 64 * 1024;

/** What is seen of the entry that is looked at, and the buffers for it: one for a walk. */
interface Sight {
  /** The first byte is that which RFC 6962 puts before a leaf. */
  readonly bytes: Buffer;
  readonly hidden: HiddenScan;
  /** What is hashed for a hidden value. */
  readonly opening: Buffer;
  /** Where the values of these members of the body lie; the last: one that needs a closer look is there. */
  readonly seen: {
    typeAt: number;
    typeEnd: number;
    exchangeAt: number;
    exchangeEnd: number;
    verdictAt: number;
    verdictEnd: number;
    numbered: boolean;
  };
  /** The way to where the scan is: keys and indexes by depth. */
  readonly steps: { readonly at: Int32Array; readonly end: Int32Array };
  erased: number;
}

/** One for a walk: it has buffers of its own. */
export function quickCheck(): QuickCheck {
  const sight: Sight = {
    bytes: Buffer.alloc(1 + 3 * MAX_CHARS),
    hidden: newHiddenScan(3 * MAX_CHARS),
    opening: Buffer.alloc(SALT_AT + SALT_CHARS + 1 + 3 * MAX_CHARS),
    seen: { ...NOTHING_SEEN },
    steps: { at: new Int32Array(MAX_STEPS), end: new Int32Array(MAX_STEPS) },
    erased: 0,
  };
  sight.opening.write(`${HIDDEN_DOMAIN}\0`);
  const listener = listenerOf(sight);
  const { bytes, seen } = sight;
  const expected = Buffer.alloc(MAX_TAIL_CHARS);
  let lastTime = '';

  /** `length` bytes of the entry and `hiddenLength` of its values are in their buffers. */
  function checked({ sequence, previous }: Place, length: number, hiddenLength: number): Checked | null {
    const tail = expected.write(`,"previous":"${previous}","sequence":${sequence},"time":"`, 'latin1');
    const tailAt = 1 + length - tail - TIME_CHARS - END.length;
    if (tailAt < BODY_AT || !stands(bytes, 1, BEGIN, BEGIN.length) || !stands(bytes, tailAt, expected, tail)) return null;
    if (!stands(bytes, tailAt + tail + TIME_CHARS, END, END.length)) return null;
    const time = bytes.toString('latin1', tailAt + tail, tailAt + tail + TIME_CHARS);
    if (time !== lastTime && !TIME.test(time)) return null;
    lastTime = time;
    if (!scanBytes(sight.hidden, hiddenLength)) return null;
    Object.assign(seen, NOTHING_SEEN);
    sight.erased = 0;
    if (valueEnd(bytes, BODY_AT, 0, listener) !== tailAt || seen.numbered || !allOpen(sight)) return null;
    const type = typeAt(bytes, seen.typeAt, seen.typeEnd);
    if (type === null) return null;
    const exchange = textAt(bytes, seen.exchangeAt, seen.exchangeEnd);
    const body = { type, exchange, verdict: textAt(bytes, seen.verdictAt, seen.verdictEnd) };
    return {
      hash: hash('sha256', bytes.subarray(0, 1 + length), 'hex'),
      entry: { sequence, time, previous, body },
      erased: sight.erased,
    };
  }

  return {
    check(place, text, hidden) {
      if (text.length > MAX_CHARS || (hidden?.length ?? 0) > MAX_CHARS || hidden === '') return null;
      return checked(place, bytes.write(text, 1), hidden === null ? 0 : sight.hidden.bytes.write(hidden, 0));
    },
    checkLine(place, { entries, at, end, hidden, hiddenAt, hiddenEnd }) {
      if (end - at > MAX_CHARS || hiddenEnd - hiddenAt > MAX_CHARS) return null;
      const hiddenLength = hiddenEnd === hiddenAt ? 0 : hidden.copy(sight.hidden.bytes, 0, hiddenAt, hiddenEnd);
      return checked(place, entries.copy(bytes, 1, at, end), hiddenLength);
    },
  };
}

function listenerOf(sight: Sight): ScanListener {
  const { bytes, seen, steps, hidden } = sight;
  return {
    step(depth, keyAt, keyEnd) {
      steps.at[depth] = keyAt;
      steps.end[depth] = keyEnd;
    },
    member(depth, keyAt, keyEnd, valueAt, end) {
      if (depth !== 1) return;
      if (isKey(bytes, keyAt, keyEnd, TYPE)) [seen.typeAt, seen.typeEnd] = [valueAt, end];
      else if (isKey(bytes, keyAt, keyEnd, EXCHANGE)) [seen.exchangeAt, seen.exchangeEnd] = [valueAt, end];
      else if (isKey(bytes, keyAt, keyEnd, VERDICT)) [seen.verdictAt, seen.verdictEnd] = [valueAt, end];
      else if (isKey(bytes, keyAt, keyEnd, NUMBERED)) seen.numbered = true;
    },
    object(depth, at) {
      if (!isKey(bytes, at, at + COMMITMENT.length, COMMITMENT)) return 0;
      const hexAt = at + COMMITMENT.length;
      const end = hexAt + HASH_CHARS;
      if (bytes[end] !== 0x22 || bytes[end + 1] !== 0x7d) return -1;
      if (hidden.bound < hidden.count && samePlace(hidden, bytes, steps, depth)) {
        hidden.hexAt[hidden.bound] = hexAt;
        hidden.bound += 1;
      } else sight.erased += 1;
      return end + 2;
    },
  };
}

/** Has every hidden value its commitment, and does it open it? */
function allOpen({ bytes, hidden, opening }: Sight): boolean {
  if (hidden.bound !== hidden.count) return false;
  for (let i = 0; i < hidden.count; i += 1) {
    const from = hidden.saltAt[i] ?? 0;
    const [valueAt, end, hexAt] = [hidden.valueAt[i] ?? 0, hidden.valueEnd[i] ?? 0, hidden.hexAt[i] ?? 0];
    hidden.bytes.copy(opening, SALT_AT, from, from + SALT_CHARS);
    opening[SALT_AT + SALT_CHARS] = 0;
    hidden.bytes.copy(opening, SALT_AT + SALT_CHARS + 1, valueAt, end);
    const made = hash('sha256', opening.subarray(0, SALT_AT + SALT_CHARS + 1 + end - valueAt), 'hex');
    if (made !== bytes.toString('latin1', hexAt, hexAt + HASH_CHARS)) return false;
  }
  return true;
}

const TYPE = Buffer.from('type');
const EXCHANGE = Buffer.from('exchange');
const VERDICT = Buffer.from('verdict');
const NUMBERED = Buffer.from('agentSequence');
const NOTHING_SEEN = { typeAt: 0, typeEnd: 0, exchangeAt: 0, exchangeEnd: 0, verdictAt: 0, verdictEnd: 0, numbered: false };

function isKey(bytes: Uint8Array, at: number, end: number, key: Uint8Array): boolean {
  if (end - at !== key.length) return false;
  for (let i = 0; i < key.length; i += 1) if (bytes[at + i] !== key[i]) return false;
  return true;
}

function stands(bytes: Uint8Array, at: number, what: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i += 1) if (bytes[at + i] !== what[i]) return false;
  return true;
}

const TYPES: ReadonlyArray<readonly [string, Buffer]> = ['verdict', 'outcome'].map((type) => [type, Buffer.from(`"${type}"`)]);

/** Null: another type, which is for the whole check. */
function typeAt(bytes: Uint8Array, at: number, end: number): string | null {
  return TYPES.find(([, quoted]) => isKey(bytes, at, end, quoted))?.[0] ?? null;
}

/** A plain text without its quotes; anything else is null, which no exchange is. */
function textAt(bytes: Buffer, at: number, end: number): string | null {
  return bytes[at] === 0x22 ? bytes.toString('utf8', at + 1, end - 1) : null;
}
