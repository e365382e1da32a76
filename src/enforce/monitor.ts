// `enforcement: monitor`: what was decided is on record, and what leaves is what came in.

import type { Judge } from '../decide/judge.ts';
import type { Decision } from './decision.ts';

/** INVARIANT: nothing is blocked, held or rewritten, whatever was decided; the entry keeps what would have been. */
export function unenforced(decision: Decision): Decision {
  return { ...decision, verdict: 'ALLOW', substitute: null, revised: null, rejudged: null };
}

/** For what an answer is filtered by: nothing is kept from the client either. */
export function unenforcedJudge(judge: Judge): Judge {
  return { ...judge, judge: (principal, actions) => ({ ...judge.judge(principal, actions), verdict: 'ALLOW' }) };
}
