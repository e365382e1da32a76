// Answers of which each frame is a document that holds its calls whole: plain JSON of every API, lines of Ollama's, events of Gemini's.

import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { AnswerFrame, CallFate, CallReader, FrameCutter, SeenCall, Step } from '../call-reader.ts';

/** What one document says. */
export interface Scan {
  readonly calls: readonly SeenCall[];
  /** The document with each call as its fate has it. Only asked when one does not just pass. */
  rewrite(fates: ReadonlyMap<string, CallFate>): Json;
}

export interface DocumentForm {
  /** `frame` counts from 0: keys of calls must differ between frames. Null: no call in it. */
  scan(document: JsonObject, frame: number): Scan | null;
  /** A document as a frame of this answer. */
  write(text: string, frame: AnswerFrame): Buffer;
  readonly pulse: Buffer | null;
}

export function documentReader(cutter: FrameCutter, form: DocumentForm): CallReader {
  let held: { readonly frame: AnswerFrame; readonly scan: Scan } | null = null;
  let frames = 0;
  return {
    cutter,
    pulse: form.pulse,
    headWaits: form.pulse === null,
    step(frame): Step {
      const document = documentOf(frame);
      const scan = document === null ? null : form.scan(document, frames);
      frames += 1;
      if (scan === null || scan.calls.length === 0) return { kind: 'pass', bytes: frame.raw };
      held = { frame, scan };
      return { kind: 'judge', calls: scan.calls };
    },
    settle(fates) {
      if (held === null) return NOTHING;
      const { frame, scan } = held;
      held = null;
      if (scan.calls.every(({ key }) => fates.get(key)?.kind === 'pass')) return frame.raw;
      return form.write(writeJson(scan.rewrite(fates)), frame);
    },
    end: () => NOTHING,
    heldBytes: () => held?.frame.raw.length ?? 0,
    withheld: () => null,
  };
}

const NOTHING = Buffer.alloc(0);

/**
 * Null: nobody takes it for a document (a comment, a page). INVARIANT: what starts like one and can't be read surely is never passed on:
 * throws, which cuts the answer.
 */
export function documentOf({ raw, data }: AnswerFrame): JsonObject | null {
  if (data === null) {
    // INVARIANT: an answer whose type says events, and that is a document, is not passed over: some SDKs go by what they asked for (C4).
    if (isLikeOne(raw)) throw new Error("a part of a model's answer is not what its type says");
    return null;
  }
  const { value, problem } = readJson(data);
  if (problem === null) {
    if (isJsonArray(value) && value.length > 0) throw new Error("a part of a model's answer is a list");
    return isJsonObject(value) ? value : null;
  }
  // What is no JSON for us may hold some for whoever cuts it into lines or words otherwise. Plain words (`[DONE]`) hold none.
  if (!data.includes(0x7b)) return null;
  throw new Error(`a part of a model's answer can't be read surely: ${problem}`);
}

function isLikeOne(bytes: Buffer): boolean {
  return LIKE_ONE.test(bytes.toString('latin1'));
}

/**
 * Before the first brace of a line may stand white space, a byte order mark or the zeros of UTF-16 and UTF-32 (readers of JSON in Python take
 * those too), for whoever is lenient; or `data:`, when the type hides that these are events. Work is linear in the bytes.
 */
const LIKE_ONE = /^[ \t\f\v\0\u001c-\u001e\u0085\u00a0\u00ef\u00bb\u00bf\u00ff\u00fe]*(?:data:[ \t\0]*)?(?:\[[\s\0]*)?\{/m;

/** In the order in which they are named: what a call became for those that do not pass as they are. */
export function fateOf(fates: ReadonlyMap<string, CallFate>, key: string): CallFate {
  return fates.get(key) ?? { kind: 'replace', text: 'The call was not judged, so it was not made.' };
}
