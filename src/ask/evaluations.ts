// AuthZEN's boxcar (Authorization API 1.0 §7): several questions in one message, with defaults, in order, as far as their semantic goes.

import { isJsonArray, isJsonObject, type JsonObject } from '../classify/strict-json.ts';
import { statusOf, toInterlockError } from '../errors.ts';
import { invalid, objectAt } from './members.ts';
import type { Told } from './told.ts';

const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const;
type Semantic = (typeof SEMANTICS)[number];

export interface Boxcar {
  readonly semantic: Semantic;
  /** Each with the defaults filled in. */
  readonly evaluations: readonly JsonObject[];
}

/** More questions than this are a load, not a plan. */
export const MAX_EVALUATIONS = 50;
const DEFAULTS = ['subject', 'action', 'resource', 'context'] as const;

/** Null: `evaluations` is missing or empty, and the message is one question. Throws QUESTION_INVALID. */
export function readBoxcar(message: JsonObject): Boxcar | null {
  const listed = message['evaluations'];
  if (listed === undefined) return null;
  if (!isJsonArray(listed)) throw invalid('`evaluations` is not a list');
  if (listed.length === 0) return null;
  if (listed.length > MAX_EVALUATIONS) throw invalid(`\`evaluations\` holds more than ${MAX_EVALUATIONS} questions`);
  const evaluations = listed.map((one) => {
    if (!isJsonObject(one)) throw invalid('`evaluations` holds something that is not an object');
    return withDefaults(one, message);
  });
  return { semantic: semanticOf(message), evaluations };
}

/** §7.1.1: a member of its own stands instead of the default, whole. */
function withDefaults(one: JsonObject, message: JsonObject): JsonObject {
  const given: Record<string, JsonObject[string]> = Object.create(null);
  for (const name of DEFAULTS) {
    const value = one[name] ?? message[name];
    if (value !== undefined) given[name] = value;
  }
  return given;
}

function semanticOf(message: JsonObject): Semantic {
  const asked = objectAt(message, 'options')?.['evaluations_semantic'];
  if (asked === undefined) return 'execute_all';
  const known = SEMANTICS.find((semantic) => semantic === asked);
  if (known === undefined) throw invalid(`\`options.evaluations_semantic\` is none of ${SEMANTICS.join(', ')}`);
  return known;
}

/** In order and one after the other; what comes after the deciding one is not asked. Throws what `askOne` throws, but QUESTION_INVALID. */
export async function runBoxcar(
  { semantic, evaluations }: Boxcar,
  askOne: (evaluation: JsonObject, at: number) => Promise<Told>,
): Promise<Told[]> {
  const answers: Told[] = [];
  for (const [at, evaluation] of evaluations.entries()) {
    const { decision, context } = await askOne(evaluation, at).catch(unreadable);
    answers.push({ decision, context });
    if (semantic === 'deny_on_first_deny' && !decision) break;
    if (semantic === 'permit_on_first_permit' && decision) break;
  }
  return answers;
}

/** §7.2.1: an error of one question is told in its place, and is a no. */
function unreadable(thrown: unknown): Told {
  const { code, message } = toInterlockError(thrown);
  if (code !== 'QUESTION_INVALID') throw thrown;
  return { decision: false, context: { error: { status: statusOf(code), code, message } } };
}
