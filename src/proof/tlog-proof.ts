// The C2SP form of an entry's proof (c2sp.org/tlog-proof), for tools that know no Interlock: `extra` is the entry's own text.

import { InterlockError } from '../errors.ts';
import { decodeEntry } from '../record/entry-codec.ts';
import { PROOF_FORMAT, type ProofFile, type ProvenEntry } from './proof-file.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const MAX_CHARS = 8 * 1024 * 1024;
const MAX_PATH = 64;

export function isTlogProof(text: string): boolean {
  return text.startsWith(`${FIRST_LINE}\n`);
}

export function writeTlogProof({ text, path }: ProvenEntry, sequence: number, checkpoint: string): string {
  const hashes = path.map((hash) => Buffer.from(hash, 'hex').toString('base64'));
  return [FIRST_LINE, `extra ${Buffer.from(text).toString('base64')}`, `index ${sequence}`, ...hashes, '', checkpoint].join('\n');
}

/**
 * The same as a proof file: no related entries, no bundle. The key is not in this form, so `publicKey` is the one that the reader pins.
 * Throws USAGE for any other spelling, and where the entry's own number is not the index.
 */
export function readTlogProof(text: string, publicKey: string): ProofFile {
  if (text.length > MAX_CHARS) throw refused('it is too long');
  const end = text.indexOf('\n\n');
  const [first, extra = '', index = '', ...hashes] = text.slice(0, end === -1 ? 0 : end).split('\n');
  const sequence = /^index (0|[1-9][0-9]{0,15})$/.exec(index)?.[1];
  if (first !== FIRST_LINE || !extra.startsWith('extra ') || sequence === undefined || hashes.length > MAX_PATH)
    throw refused('expected the lines `extra`, `index` and the hashes, an empty line and the checkpoint');
  const entry = decodeBase64(extra.slice('extra '.length)).toString('utf8');
  const path = hashes.map((line) => {
    const hash = decodeBase64(line);
    if (hash.length !== 32) throw refused('a line of the proof is not a hash');
    return hash.toString('hex');
  });
  if (decodeEntry(entry)?.sequence !== Number(sequence)) throw refused('the index is not the number of the entry in `extra`');
  return {
    format: PROOF_FORMAT,
    publicKey,
    keys: [],
    checkpoint: text.slice(end + 2),
    entry: { text: entry, path, values: {} },
    related: [],
    bundle: null,
    since: null,
  };
}

/** Node reads base64 leniently; only what encodes back to the same text is taken. */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return bytes;
  throw refused('its base64 is not in canonical form');
}

function refused(why: string): InterlockError {
  return new InterlockError('USAGE', `this is no C2SP proof of an entry: ${why}`, { hint: 'see c2sp.org/tlog-proof' });
}
