// A whole candidate bundle that is judged beside the one in force: loaded, watched and replaced like it, in an engine of its own.

import type { ToolReader } from '../classify/tool-call.ts';
import { createJudge } from '../decide/judge-engine.ts';
import type { BundleEvent, ReloadableJudge } from '../decide/judge-engine.ts';
import type { ShadowSide } from '../decide/shadow-side.ts';
import type { Wishes } from '../decide/wishes.ts';
import { watchBundle } from '../decide/watch.ts';
import { toInterlockError } from '../errors.ts';
import type { Directory } from '../identify/directory.ts';

export interface CandidateState {
  readonly policiesDir: string;
  /** Null while no version of it was good enough to be loaded. */
  readonly digest: string | null;
  readonly policies: number;
  /** Why the files as they are now are not what is judged by. */
  readonly error: string | null;
}

/** A whole bundle beside the one in force. INVARIANT: what it says in one turn is of one version of it. */
export interface CandidateSide extends ShadowSide {
  /** By its own tools.yaml and entities; null when there is none. */
  readonly reader: (ToolReader & Wishes) | null;
}

export interface Candidate extends CandidateSide {
  /** Takes the place of the one before. Throws BUNDLE_INVALID for a bundle that would not load; the one before goes on. */
  start(policiesDir: string): Promise<CandidateState>;
  stop(): void;
  /** Null: there is none. */
  readonly state: CandidateState | null;
}

interface CandidateOptions {
  readonly directory: Directory;
  readonly onEvent: (event: CandidateEvent) => void;
}

export type CandidateEvent =
  | { readonly kind: 'started' | 'changed'; readonly digest: string; readonly policies: number; readonly policiesDir: string }
  | { readonly kind: 'rejected'; readonly message: string; readonly policiesDir: string }
  | { readonly kind: 'stopped'; readonly digest: string; readonly policiesDir: string };

interface Running {
  readonly policiesDir: string;
  readonly judge: ReloadableJudge;
  readonly close: () => void;
}

/** INVARIANT: a candidate never decides; whatever goes wrong with it, the bundle in force serves on. */
export function createCandidate({ directory, onEvent }: CandidateOptions): Candidate {
  let running: Running | null = null;

  async function open(policiesDir: string): Promise<Running> {
    let started = false;
    const tell = (event: BundleEvent): void => {
      if (event.kind === 'rejected') onEvent({ kind: 'rejected', message: event.message, policiesDir });
      if (event.kind !== 'loaded') return;
      const { digest, policies } = event;
      onEvent({ kind: started ? 'changed' : 'started', digest, policies, policiesDir });
      started = true;
    };
    const judge = await createJudge({ policiesDir, directory, onEvent: tell, beside: true });
    const watch = watchBundle({ directory: policiesDir, reload: () => judge.reload() });
    return { policiesDir, judge, close: () => watch.close() };
  }

  return {
    async start(policiesDir) {
      const next = await open(policiesDir);
      running?.close();
      running = next;
      return stateOf(next);
    },
    stop() {
      if (running === null) return;
      running.close();
      onEvent({ kind: 'stopped', digest: running.judge.state.digest, policiesDir: running.policiesDir });
      running = null;
    },
    judge: (principal, actions, meter) => running?.judge.judgeAs(principal, actions, meter) ?? null,
    get reader() {
      return running?.judge ?? null;
    },
    get state() {
      return running === null ? null : stateOf(running);
    },
  };
}

function stateOf({ policiesDir, judge }: Running): CandidateState {
  const { digest, policies, lastError } = judge.state;
  return { policiesDir, digest, policies, error: lastError?.message ?? null };
}

/** For the configured one: a candidate that can't be loaded is no reason not to start. */
export async function startConfigured(candidate: Candidate, policiesDir: string | null): Promise<void> {
  if (policiesDir === null) return;
  try {
    await candidate.start(policiesDir);
  } catch (thrown) {
    if (toInterlockError(thrown).code !== 'BUNDLE_INVALID') throw thrown; // it is on record already
  }
}
