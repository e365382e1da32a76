// The hidden values beside an entry, found in the bytes of their record: where each place, salt and value lies.

import { plainEnd, valueEnd } from './canonical-scan.ts';
import type { ScanListener } from './canonical-scan.ts';

export interface HiddenScan {
  readonly bytes: Buffer;
  count: number;
  /** Those whose commitment was found in the entry, in their order. */
  bound: number;
  readonly placeAt: Int32Array;
  readonly placeEnd: Int32Array;
  readonly saltAt: Int32Array;
  readonly valueAt: Int32Array;
  readonly valueEnd: Int32Array;
  /** In the entry's bytes: the digits of its commitment. */
  readonly hexAt: Int32Array;
}

const MAX_VALUES = 256;
const BEGIN = Buffer.from('{"salt":"');
const BETWEEN = Buffer.from('","value":');
const SALT_CHARS = 32;
const NOTHING: ScanListener = { member: () => undefined, step: () => undefined, object: () => 0 };

export function newHiddenScan(maxBytes: number): HiddenScan {
  const column = (): Int32Array => new Int32Array(MAX_VALUES);
  return {
    bytes: Buffer.alloc(maxBytes),
    count: 0,
    bound: 0,
    placeAt: column(),
    placeEnd: column(),
    saltAt: column(),
    valueAt: column(),
    valueEnd: column(),
    hexAt: column(),
  };
}

/** Of the first `length` of its bytes: none is no record. False: not sure of its form. */
export function scanBytes(scan: HiddenScan, length: number): boolean {
  scan.count = 0;
  scan.bound = 0;
  if (length === 0) return true;
  const { bytes } = scan;
  if (bytes[0] !== 0x7b) return false;
  let i = 1;
  while (scan.count < MAX_VALUES) {
    const end = oneValue(scan, i);
    if (end < 0) return false;
    if (bytes[end] === 0x7d) return end + 1 === length;
    if (bytes[end] !== 0x2c) return false;
    i = end + 1;
  }
  return false;
}

/** `"place":{"salt":"…","value":…}`, whose value must be canonical: it is hashed as it stands. */
function oneValue(scan: HiddenScan, at: number): number {
  const { bytes, count } = scan;
  const placeEnd = bytes[at] === 0x22 ? plainEnd(bytes, at + 1) : -1;
  if (placeEnd < 0 || bytes[placeEnd + 1] !== 0x3a || !stands(bytes, placeEnd + 2, BEGIN)) return -1;
  const saltAt = placeEnd + 2 + BEGIN.length;
  if (plainEnd(bytes, saltAt) !== saltAt + SALT_CHARS || !stands(bytes, saltAt + SALT_CHARS, BETWEEN)) return -1;
  const valueAt = saltAt + SALT_CHARS + BETWEEN.length;
  const end = valueEnd(bytes, valueAt, 0, NOTHING);
  if (end < 0 || bytes[end] !== 0x7d) return -1;
  scan.placeAt[count] = at + 1;
  scan.placeEnd[count] = placeEnd;
  scan.saltAt[count] = saltAt;
  scan.valueAt[count] = valueAt;
  scan.valueEnd[count] = end;
  scan.count = count + 1;
  return end + 1;
}

/** Is the next place that of the steps 1 to `depth`: keys of the entry's bytes and, where `end` is -1, indexes of lists? */
export function samePlace(
  scan: HiddenScan,
  entry: Uint8Array,
  steps: { readonly at: Int32Array; readonly end: Int32Array },
  depth: number,
): boolean {
  const { bytes, bound } = scan;
  let i = scan.placeAt[bound] ?? 0;
  const placeEnd = scan.placeEnd[bound] ?? 0;
  for (let step = 1; step <= depth; step += 1) {
    if (step > 1 && bytes[i++] !== 0x2f) return false;
    const [at, end] = [steps.at[step] ?? 0, steps.end[step] ?? 0];
    if (end === -1) {
      const index = String(at);
      for (let k = 0; k < index.length; k += 1) if (bytes[i++] !== index.charCodeAt(k)) return false;
    } else
      for (let k = at; k < end; k += 1) {
        // A slash in a key would be two steps of a place.
        if (entry[k] === 0x2f || bytes[i++] !== entry[k]) return false;
      }
  }
  return i === placeEnd;
}

function stands(bytes: Uint8Array, at: number, what: Uint8Array): boolean {
  for (let i = 0; i < what.length; i += 1) if (bytes[at + i] !== what[i]) return false;
  return true;
}
