// What a sealed segment is, signed by the ledger's key: enough to verify its files with nothing but the public key.

import { InterlockError } from '../errors.ts';
import { parseNote, noteSigner, signedBy } from './signed-note.ts';
import type { Signer } from './signer.ts';

export interface SegmentManifest {
  /** Key id of the key that the ledger began with. */
  readonly ledger: string;
  /** Sequence of the first entry; a multiple of `entries`. */
  readonly first: number;
  /** How many there are: a power of two, so that one node of the tree stands over all of them. */
  readonly entries: number;
  /** `previous` of the first entry, and leaf hash of the last. */
  readonly previous: string;
  readonly last: string;
  /** The tree's node over these entries. */
  readonly node: string;
  /** Of the entries file. The values file is not attested: it is rewritten when values are erased, and each value opens a commitment. */
  readonly sha256: string;
  readonly bytes: number;
  /** Entries that had hidden values when it was sealed. */
  readonly withValues: number;
  /** Times of the first and the last entry, as they tell. */
  readonly from: string;
  readonly to: string;
  /** From the node up to the root of the checkpoint: an audit path over nodes of its height. */
  readonly path: readonly string[];
  /** A checkpoint (signed note) of the ledger at or behind the segment's end. */
  readonly checkpoint: string;
}

const NAME = 'interlock-segment/';
const HEX = '[0-9a-f]{64}';
const COUNT = '(0|[1-9][0-9]{0,15})';
const TIME = '(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)';
const LINES = new RegExp(
  [
    `^${NAME}([0-9a-f]{16})`,
    `first ${COUNT}`,
    `entries ${COUNT}`,
    `previous (${HEX})`,
    `last (${HEX})`,
    `node (${HEX})`,
    `sha256 (${HEX})`,
    `bytes ${COUNT}`,
    `values ${COUNT}`,
    `from ${TIME}`,
    `to ${TIME}`,
    `path((?: ${HEX}){0,48})`,
    'checkpoint ([A-Za-z0-9+/]+={0,2})\n$',
  ].join('\n'),
);

/** The manifest as a signed note. */
export function manifestText(manifest: SegmentManifest, signer: Signer): string {
  const name = NAME + manifest.ledger;
  const text = [
    name,
    `first ${manifest.first}`,
    `entries ${manifest.entries}`,
    `previous ${manifest.previous}`,
    `last ${manifest.last}`,
    `node ${manifest.node}`,
    `sha256 ${manifest.sha256}`,
    `bytes ${manifest.bytes}`,
    `values ${manifest.withValues}`,
    `from ${manifest.from}`,
    `to ${manifest.to}`,
    ['path', ...manifest.path].join(' '),
    `checkpoint ${Buffer.from(manifest.checkpoint).toString('base64')}\n`,
  ].join('\n');
  return `${text}\n${noteSigner(name, signer)(text)}`;
}

/** Reads it, whoever signed it. Throws STORE_CORRUPT when it is not one. */
export function readManifest(note: string): SegmentManifest {
  const [
    ,
    ledger = '',
    first,
    entries,
    previous = '',
    last = '',
    node = '',
    sha256 = '',
    bytes,
    values,
    from = '',
    to = '',
    ...rest
  ] = LINES.exec(textOf(note)) ?? [];
  const [path = '', checkpoint = ''] = rest;
  if (ledger === '' || !areCounts(first, entries, bytes, values)) throw notOne('expected its lines in their order');
  const width = Number(entries);
  if (!Number.isInteger(Math.log2(width)) || Number(first) % width !== 0) throw notOne('it is not aligned to the tree');
  return {
    ledger,
    first: Number(first),
    entries: width,
    previous,
    last,
    node,
    sha256,
    bytes: Number(bytes),
    withValues: Number(values),
    from,
    to,
    path: path.split(' ').slice(1),
    checkpoint: Buffer.from(checkpoint, 'base64').toString('utf8'),
  };
}

/** Null: one of these keys (raw, base64) signed it, for this ledger. Else why it says nothing. */
export function manifestProblem(note: string, ledger: string, keys: readonly string[]): string | null {
  const parsed = parseNote(note);
  const [name = ''] = parsed.text.split('\n', 1);
  if (name !== NAME + ledger) return `it speaks of ${name}, this is the ledger ${ledger}`;
  const said = keys.map((publicKey) => signedBy(parsed, { name, publicKey, type: 0x01 }));
  if (said.includes('fails')) return 'its signature does not hold';
  return said.includes('holds') ? null : 'it has no signature of this ledger';
}

function textOf(note: string): string {
  try {
    return parseNote(note).text;
  } catch (cause) {
    throw notOne('expected a signed note', cause);
  }
}

function areCounts(...texts: ReadonlyArray<string | undefined>): boolean {
  return texts.every((text) => text !== undefined && Number.isSafeInteger(Number(text)));
}

function notOne(why: string, cause?: unknown): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the manifest of a segment can not be read: ${why}`, {
    cause,
    hint: 'restore it from a backup; `interlock ledger verify` tells what else is missing',
  });
}
