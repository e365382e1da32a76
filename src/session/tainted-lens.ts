// Adds to what is judged what its agent has read before: `context.taint`.

import { withOwnRecords } from '../decide/own-judge.ts';
import type { Judge } from '../decide/judge.ts';
import type { Principal } from '../identify/principal.ts';
import type { PlanLens } from '../plan/lens.ts';
import type { Taint } from './taint.ts';

/** INVARIANT: the same on the wire, for a call in a model's answer, and for a question. */
export function createTaintedLens(lens: PlanLens, taint: Pick<Taint, 'of'>): PlanLens {
  const told = (judge: Judge, principal: Principal): Judge => {
    const record = taint.of(principal);
    return record === null ? judge : withOwnRecords(judge, { taint: record });
  };
  return {
    ...lens,
    judgeOf(exchange, principal, proposal) {
      const judge = lens.judgeOf(exchange, principal, proposal);
      return judge instanceof Promise ? judge.then((one) => told(one, principal)) : told(judge, principal);
    },
    judgeOfAction: (principal, action) => told(lens.judgeOfAction(principal, action), principal),
  };
}
