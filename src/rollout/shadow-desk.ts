// Judges live traffic a second time, beside it: by shadow policies and by a candidate bundle. Nobody waits for this.

import type { Judgement } from '../decide/judgement.ts';
import type { ShadowSide } from '../decide/shadow-side.ts';
import type { Principal } from '../identify/principal.ts';
import type { ShadowBody } from '../record/entry.ts';
import { flipOf } from './flip.ts';

/** What was decided, once it is on record. */
export interface Decided {
  readonly exchange: string;
  /** The verdict entry. */
  readonly entry: string;
  readonly principal: Principal;
  readonly judgement: Judgement;
}

export interface ShadowCounts {
  /** Exchanges judged again. */
  readonly judged: number;
  readonly flips: number;
  /** Not judged again, because too many waited. */
  readonly dropped: number;
  readonly failed: number;
}

export interface ShadowDesk {
  /** Returns at once. INVARIANT: nothing that happens here reaches the exchange. */
  consider(decided: Decided): void;
  readonly counts: ShadowCounts;
}

interface ShadowDeskOptions {
  readonly policies: ShadowSide;
  /** Judges by a whole candidate bundle; null when there is none. */
  readonly candidate: ShadowSide;
  readonly record: (body: ShadowBody) => void;
  /** Exchanges that wait to be judged again at most. */
  readonly max?: number;
}

const MAX_WAITING = 256;
/** Of the event loop, before requests have their turn again: ms. One judgement takes well under one. */
const TURN_MS = 2;

export function createShadowDesk(options: ShadowDeskOptions): ShadowDesk {
  const { max = MAX_WAITING } = options;
  const waiting: Decided[] = [];
  const counts = { judged: 0, flips: 0, dropped: 0, failed: 0 };
  let scheduled = false;

  function judge(side: ShadowBody['side'], by: ShadowSide, decided: Decided): boolean {
    const { principal, judgement, exchange, entry } = decided;
    const would = by.judge(
      principal,
      judgement.actions.map(({ action }) => action),
    );
    // A bundle that was swapped in meanwhile says nothing about what this one's shadow policies would have changed.
    if (would === null || (side === 'policies' && would.bundle !== judgement.bundle)) return would !== null;
    const flip = flipOf(judgement, would);
    if (flip === null) return true;
    counts.flips += 1;
    options.record({
      type: 'shadow',
      exchange,
      verdictEntry: entry,
      agent: principal.agent,
      side,
      bundle: would.bundle,
      was: judgement.verdict,
      would: would.verdict,
      policies: would.policies,
      actions: flip.actions,
    });
    return true;
  }

  function turn(): void {
    scheduled = false;
    const end = performance.now() + TURN_MS;
    do {
      const next = waiting.shift();
      if (next === undefined) return;
      try {
        const sides = [judge('policies', options.policies, next), judge('candidate', options.candidate, next)];
        if (sides.includes(true)) counts.judged += 1;
      } catch {
        counts.failed += 1;
      }
    } while (performance.now() < end);
    schedule();
  }

  function schedule(): void {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    // After what has arrived meanwhile.
    setImmediate(turn);
  }

  return {
    consider(decided) {
      if (waiting.length >= max) {
        counts.dropped += 1;
        return;
      }
      waiting.push(decided);
      schedule();
    },
    get counts() {
      return { ...counts };
    },
  };
}
