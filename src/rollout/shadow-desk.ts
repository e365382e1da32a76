// Judges live traffic a second time, beside it: by shadow policies and by a candidate bundle. Nobody waits for this.

import { asJudged, type BudgetMeter } from '../budget/meter.ts';
import type { Action } from '../classify/action.ts';
import type { ModelToolCall } from '../classify/tool-call.ts';
import type { Judgement } from '../decide/judgement.ts';
import type { ShadowSide } from '../decide/shadow-side.ts';
import type { Principal } from '../identify/principal.ts';
import type { ShadowBody } from '../record/entry.ts';
import { candidateActions } from './candidate-actions.ts';
import type { CandidateSide } from './candidate.ts';
import { flipOf } from './flip.ts';

/** What was decided, once it is on record. */
export interface Decided {
  readonly exchange: string;
  /** The verdict entry. */
  readonly entry: string;
  readonly principal: Principal;
  readonly judgement: Judgement;
  /** The model's call that it is, with the arguments that were judged; null for all else. */
  readonly call: ModelToolCall | null;
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
  readonly candidate: CandidateSide;
  /** What is used of the budgets now. */
  readonly budgets: BudgetMeter;
  readonly record: (body: ShadowBody) => void;
  /** Exchanges that wait to be judged again at most. */
  readonly max?: number;
}

const MAX_WAITING = 256;
/** Of the arguments of calls that wait (threat G3). */
const MAX_HELD_BYTES = 4 * 1024 * 1024;
/** Of the event loop, before requests have their turn again: ms. One judgement takes well under one. */
const TURN_MS = 2;

export function createShadowDesk(options: ShadowDeskOptions): ShadowDesk {
  const { max = MAX_WAITING } = options;
  const waiting: Decided[] = [];
  let heldBytes = 0;
  const counts = { judged: 0, flips: 0, dropped: 0, failed: 0 };
  let scheduled = false;

  function turn(): void {
    scheduled = false;
    const end = performance.now() + TURN_MS;
    do {
      const next = waiting.shift();
      if (next === undefined) return;
      heldBytes -= bytesOf(next);
      try {
        const meter = asJudged(next.judgement.budget, options.budgets);
        const same = next.judgement.actions.map(({ action }) => action);
        const policies = judgeAgain('policies', options.policies, next, same, meter);
        const { reader } = options.candidate;
        const own = reader === null ? null : candidateActions(next.judgement, next.call, reader);
        const candidate = own === null ? null : judgeAgain('candidate', options.candidate, next, own, meter);
        if (policies !== null || candidate !== null) counts.judged += 1;
        for (const flip of [policies?.flip, candidate?.flip]) {
          if (flip === undefined || flip === null) continue;
          counts.flips += 1;
          options.record(flip);
        }
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
      if (waiting.length >= max || heldBytes + bytesOf(decided) > MAX_HELD_BYTES) {
        counts.dropped += 1;
        return;
      }
      heldBytes += bytesOf(decided);
      waiting.push(decided);
      schedule();
    },
    get counts() {
      return { ...counts };
    },
  };
}

function bytesOf({ call }: Decided): number {
  return call?.arguments.length ?? 0;
}

/** Null when it was not judged. */
function judgeAgain(
  side: ShadowBody['side'],
  by: ShadowSide,
  decided: Decided,
  actions: readonly Action[],
  meter: BudgetMeter,
): { readonly flip: ShadowBody | null } | null {
  const { principal, judgement, exchange, entry } = decided;
  const would = by.judge(principal, actions, meter);
  // A bundle that was swapped in meanwhile says nothing about what this one's shadow policies would have changed.
  if (would === null || (side === 'policies' && would.bundle !== judgement.bundle)) return null;
  const flip = flipOf(judgement, would);
  if (flip === null) return { flip: null };
  const { agent } = principal;
  const [was, verdict] = [judgement.verdict, would.verdict];
  const { bundle, policies } = would;
  const linked = { type: 'shadow', exchange, verdictEntry: entry, agent, side, bundle } as const;
  return { flip: { ...linked, was, would: verdict, policies, actions: flip.actions } };
}
