// A witness (c2sp.org/tlog-witness): it remembers the last checkpoint that it cosigned and cosigns only what goes on from it.

import { cosignedAt } from '../record/cosignature.ts';
import { parseCheckpoint } from '../record/checkpoint.ts';
import { MAX_NOTE_CHARS, parseNote } from '../record/signed-note.ts';
import type { NoteKey } from '../record/signed-note.ts';
import { type Anchor, type Anchored, type Answered, conflict, failed, type Submitted } from './anchor.ts';

export interface Witness {
  /** Submission prefix; `add-checkpoint` is below it. */
  readonly url: string;
  readonly key: NoteKey;
}

const TIMEOUT_MS = 10_000;

export function witnessAnchor({ url, key }: Witness, call: typeof fetch): Anchor {
  const target = `${url.replace(/\/$/, '')}/add-checkpoint`;

  async function submit(submitted: Submitted, ledger: Anchored): Promise<Reply> {
    const { note, size, kept } = submitted;
    const proof = kept === 0 ? [] : await ledger.consistency(kept, size);
    const lines = proof.map((hash) => `${Buffer.from(hash, 'hex').toString('base64')}\n`);
    const answer = await call(target, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `old ${kept}\n${lines.join('')}\n${note}`,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: answer.status, text: (await answer.text()).slice(0, MAX_NOTE_CHARS) };
  }

  async function keep(submitted: Submitted, ledger: Anchored): Promise<Answered> {
    const first = await submit(submitted, ledger);
    const theirs = first.status === 409 ? sizeIn(first.text) : null;
    // It cosigned another size than we remember, which a restored backup of ours explains as well as a lost answer.
    const known = theirs !== null && theirs !== submitted.kept;
    if (known && theirs > submitted.size) return conflict(theirs, cut(theirs, submitted.size));
    return answerTo(known ? await submit({ ...submitted, kept: theirs }, ledger) : first, submitted, key);
  }

  return {
    name: `witness ${key.name}`,
    keep: (submitted, ledger) =>
      // A size that it claims beyond the ledger's own is refused above; one that the tree can't prove is its failure or ours: an answer too.
      keep(submitted, ledger).catch((error: unknown) => failed(error instanceof Error ? error.message : String(error))),
  };
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

function answerTo({ status, text }: Reply, { note, size }: Submitted, key: NoteKey): Answered {
  switch (status) {
    case 200:
      return cosigned(note, text, size, key);
    case 409:
      return conflict(sizeIn(text), 'it cosigned another tree of the same size, or moved on meanwhile');
    case 422:
      return conflict(null, 'what it cosigned before is not the beginning of this ledger: one of the two was rebuilt');
    case 404:
      return failed(
        `it does not know ${parseCheckpoint(note).checkpoint.origin}: give it the key that \`interlock ledger key show\` prints`,
      );
    case 403:
      return failed('it does not trust the key that signs this ledger: give it the one that `interlock ledger key show` prints');
    default:
      return failed(`it answered ${status}`);
  }
}

/** Lines of unknown keys are dropped; only its own that hold are kept. */
function cosigned(note: string, text: string, size: number, key: NoteKey): Answered {
  const lines = text.split('\n').filter((line) => line !== '');
  const ours = lines.filter((line) => holds(`${note.slice(0, note.indexOf('\n\n') + 2)}${line}\n`, key));
  if (ours.length === 0) return failed('it answered without a cosignature of its key that holds');
  return { result: 'kept', size, cosignatures: ours.map((line) => `${line}\n`).join(''), note: '' };
}

function holds(note: string, key: NoteKey): boolean {
  try {
    return cosignedAt(parseNote(note), key) !== null;
  } catch {
    return false;
  }
}

function sizeIn(text: string): number | null {
  const size = /^(0|[1-9][0-9]{0,15})\n$/.exec(text)?.[1];
  return size !== undefined && Number.isSafeInteger(Number(size)) ? Number(size) : null;
}

function cut(theirs: number, size: number): string {
  return `it cosigned ${theirs} entries, and this ledger has ${size}: it was cut or rolled back`;
}
