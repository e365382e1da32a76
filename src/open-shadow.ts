// Puts together what is judged beside the traffic: the shadow policies of the bundle in force, and the candidate.

import type { Logger } from 'pino';
import type { BudgetMeter } from './budget/meter.ts';
import type { Config } from './config/config.ts';
import type { ReloadableJudge } from './decide/judge-engine.ts';
import type { Directory } from './identify/directory.ts';
import { candidateRecorder } from './record/bundle-entry.ts';
import type { Ledger } from './record/ledger.ts';
import { type Candidate, createCandidate, startConfigured } from './rollout/candidate.ts';
import { createShadowDesk, type ShadowDesk } from './rollout/shadow-desk.ts';

interface ShadowRooms {
  readonly ledger: Pick<Ledger, 'note'>;
  readonly directory: Directory;
  readonly judge: Pick<ReloadableJudge, 'judgeShadow'>;
  readonly budgets: BudgetMeter;
  readonly log: Logger;
}

interface OpenShadow {
  readonly candidate: Candidate;
  readonly beside: ShadowDesk;
}

/** A configured candidate that can't be loaded is on record, and no reason not to start. */
export async function openShadow({ shadow }: Pick<Config, 'shadow'>, rooms: ShadowRooms): Promise<OpenShadow> {
  const { ledger, directory, judge, budgets, log } = rooms;
  const candidate = createCandidate({ directory, onEvent: candidateRecorder(ledger, log) });
  await startConfigured(candidate, shadow.policiesDir);
  const policies = { judge: judge.judgeShadow };
  return { candidate, beside: createShadowDesk({ policies, candidate, budgets, record: (flip) => ledger.note(flip) }) };
}
