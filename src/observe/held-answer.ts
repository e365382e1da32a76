// What a rewriter holds back of an answer, counted with all other bodies in memory (threat G3).

import type { MemoryBudget } from '../http/memory-budget.ts';
import type { AnswerRewriter } from '../providers/observation.ts';

export interface HeldAnswer extends AnswerRewriter {
  /** The answer is over, in any way. */
  release(): void;
}

/**
 * The same rewriter, whose steps throw MEMORY_EXHAUSTED when what it holds does not fit into the budget: the answer is cut, for it may not
 * pass unread. INVARIANT: what was taken is given back once, by the last byte or by `release`.
 */
export function heldAnswer(rewriter: AnswerRewriter, budget: MemoryBudget): HeldAnswer {
  let taken = 0;
  let isOver = false;

  function hold(bytes: number): void {
    if (bytes > taken) budget.take(bytes - taken);
    else if (bytes < taken) budget.give(taken - bytes);
    taken = bytes;
  }

  function counted(given: Buffer | Promise<Buffer>): Buffer | Promise<Buffer> {
    if (isOver) return given;
    try {
      hold(rewriter.heldBytes());
    } catch (error) {
      // Nobody will hear of the step that is under way.
      if (!Buffer.isBuffer(given)) given.catch(() => undefined);
      throw error;
    }
    return Buffer.isBuffer(given) ? given : given.then(counted);
  }

  return {
    ...(rewriter.headers === undefined ? {} : { headers: rewriter.headers }),
    headWaits: rewriter.headWaits ?? false,
    heldBytes: () => taken,
    push: (chunk) => counted(rewriter.push(chunk)),
    end: () => counted(rewriter.end()),
    withheld: () => rewriter.withheld?.() ?? null,
    release() {
      isOver = true;
      hold(0);
    },
  };
}
