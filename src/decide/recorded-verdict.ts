// A verdict entry read back from a ledger or its export, as questions that can be asked again, with what they can't be sure of.

import type { Action, EntityRef, Fact } from '../classify/action.ts';
import { resourceParents } from '../classify/resource-parents.ts';
import { recordsOf } from './own-records.ts';

export interface RecordedQuestion {
  readonly action: Action;
  /** Why its answer may be another than it was: a fact that was erased, cut or masked, ancestors that are not on record. */
  readonly doubts: readonly string[];
}

export interface RecordedVerdict {
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly verdict: string;
  readonly policies: readonly string[];
  readonly questions: readonly RecordedQuestion[];
}

/** What an erased value reads as (record/reveal.ts). */
const ERASED = /^commitment:[0-9a-f]{64}$/;
/** How a text or list that was too long for an entry ends (record/bounded-text.ts). */
const CUT = /…\[\+\d+ (?:chars|more), sha256 [0-9a-f]{64}\]$/;
/** A part of a path that may be a secret (record/url-privacy.ts). */
const MASKED = /\{masked:[0-9a-f]+\}/;

type Members = Readonly<Record<string, unknown>>;

/**
 * One entry, as `ledger show --json` prints it or as it is recorded. Agents' teams are not on record, so who asks again says them.
 * A string is the reason why it is none. Never throws.
 */
export function readRecordedVerdict(value: unknown): RecordedVerdict | string {
  if (!isMembers(value)) return 'it is not an entry of a ledger';
  const { body: inner } = value;
  const body = isMembers(inner) ? inner : value;
  const { type, actions, policies, agent, user, session, verdict } = body;
  if (type !== 'verdict') return `it is ${typeof type === 'string' ? `of type \`${type}\`` : 'not an entry'}, not a verdict`;
  if (!Array.isArray(actions) || actions.length === 0) return 'it records no action: it was refused before any was recognised';
  const questions = actions.map(questionOf).filter((question) => question !== null);
  if (questions.length !== actions.length) return 'its actions are not as a ledger records them';
  return {
    agent: textOrNull(agent),
    user: textOrNull(user),
    session: textOrNull(session),
    verdict: textOrNull(verdict) ?? '',
    policies: isTexts(policies) ? policies : [],
    questions,
  };
}

/** In a file: `ledger show --json` prints one entry, `ledger tail --json` a list. `id` null: it holds one. A string is what is wrong with it. */
export function readRecordedIn(text: string, id: string | null): RecordedVerdict | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const entries: unknown[] = Array.isArray(value) ? value : [value];
  const found = id === null ? entries : entries.filter((entry) => idOf(entry) === id);
  if (id === null && found.length !== 1) return `it holds ${entries.length} entries: say which one with \`id\``;
  return found.length === 1 ? readRecordedVerdict(found[0]) : `it holds no entry ${id}`;
}

function idOf(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null) return null;
  if ('id' in entry && typeof entry.id === 'string') return entry.id;
  return 'sequence' in entry && typeof entry.sequence === 'number' ? String(entry.sequence) : null;
}

function questionOf(value: unknown): RecordedQuestion | null {
  if (!isMembers(value)) return null;
  const { action: name, resource, facts } = value;
  const ref = refOf(resource);
  if (typeof name !== 'string' || ref === null || !isMembers(facts)) return null;
  const kept: Record<string, Fact> = {};
  const doubts: string[] = ERASED.test(ref.id) ? ['the name of the resource was erased'] : [];
  for (const [fact, given] of Object.entries(facts)) {
    if (!isFact(given)) return null;
    const doubt = doubtOf(given);
    if (doubt !== null) doubts.push(`the fact \`${fact}\` ${doubt}`);
    // INVARIANT: the text that stands for an erased value is never judged as if it were the value.
    if (doubt !== WAS_ERASED) kept[fact] = given;
  }
  const parents = resourceParents({ resource: ref, facts: kept });
  if (parents === null) doubts.push(`what ${ref.type}::"${ref.id}" lies in is not on record`);
  // What Interlock itself knew then (`plan.expected`) goes back to where policies read it.
  const { facts: told, own } = recordsOf(kept);
  const known = Object.keys(own).length === 0 ? {} : { own };
  return { action: { name, resource: ref, parents: parents ?? [], facts: told, ...known }, doubts };
}

const WAS_ERASED = 'was erased';

function doubtOf(fact: Fact): string | null {
  if (typeof fact === 'string' && ERASED.test(fact)) return WAS_ERASED;
  const texts = typeof fact === 'string' ? [fact] : isTexts(fact) ? fact : [];
  if (texts.some((text) => CUT.test(text))) return 'was too long to be recorded whole';
  return texts.some((text) => MASKED.test(text)) ? 'is recorded without what may be a secret' : null;
}

function refOf(value: unknown): EntityRef | null {
  if (!isMembers(value)) return null;
  const { type, id } = value;
  return typeof type === 'string' && typeof id === 'string' ? { type, id } : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isFact(value: unknown): value is Fact {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || isTexts(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
