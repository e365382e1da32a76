// How much one agent may ask: each question costs a judgement and an entry, and an agent must fill neither the day nor the disk with them.

import { InterlockError } from '../errors.ts';

export interface QuestionRate {
  /** Throws QUESTION_LIMIT when this agent has asked as much as it may for now; then nothing of it was counted. */
  spend(agent: string, questions: number): void;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** At once, and then per second. A person's agent asks before it acts; more is a loop that has gone wrong, or an attack (threat D11). */
const BURST = 300;
const PER_SECOND = 20;
/** Agents remembered. A bucket that is forgotten was full, or belongs to whom has not asked for longest. */
const MAX_AGENTS = 10_000;

export function createQuestionRate(nowMs: () => number = () => performance.now()): QuestionRate {
  const buckets = new Map<string, Bucket>();
  return {
    spend(agent, questions) {
      const now = nowMs();
      const before = buckets.get(agent) ?? { left: BURST, atMs: now };
      const left = Math.min(BURST, before.left + ((now - before.atMs) / 1000) * PER_SECOND);
      if (left < questions) {
        const seconds = Math.ceil((questions - left) / PER_SECOND);
        throw new InterlockError(
          'QUESTION_LIMIT',
          `at most ${BURST} questions at once and ${PER_SECOND} a second are answered: ask again in ${seconds} s`,
        );
      }
      buckets.delete(agent);
      buckets.set(agent, { left: left - questions, atMs: now });
      if (buckets.size > MAX_AGENTS) forgetOldest(buckets);
    },
  };
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  const [oldest] = buckets.keys();
  if (oldest !== undefined) buckets.delete(oldest);
}
