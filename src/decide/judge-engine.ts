// The judge that serves: loads the bundle, swaps a new one in as a whole, and keeps the last good one when the new one is broken.

import type { Directory } from '../identify/directory.ts';
import { bundleError, checkBundle } from './bundle.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { createBundleJudge } from './bundle-judge.ts';
import type { BundleJudge } from './bundle-judge.ts';
import { createEngineSlots } from './engine-slots.ts';
import type { EngineSlots } from './engine-slots.ts';
import type { Judge } from './judge.ts';
import { sliceTexts } from './slices.ts';

/** What the house wants to log and put on record. */
export type BundleEvent =
  | { readonly kind: 'loaded'; readonly digest: string; readonly policies: number; readonly warnings: readonly BundleFinding[] }
  | { readonly kind: 'rejected'; readonly message: string; readonly findings: readonly BundleFinding[] }
  /** The engine threw and was replaced; the question that made it throw was blocked. */
  | { readonly kind: 'engine-replaced'; readonly cause: string };

export interface BundleState {
  readonly digest: string;
  readonly policies: number;
  /** RFC 3339, UTC. */
  readonly loadedAt: string;
  /** Why the last reload was refused; null once a reload went well. */
  readonly lastError: { readonly at: string; readonly message: string } | null;
}

export interface ReloadableJudge extends Judge {
  /** Throws BUNDLE_INVALID with the findings; the last good bundle then stays in force. Calls take turns. */
  reload(): Promise<{ readonly changed: boolean }>;
  readonly state: BundleState;
  readonly memo: BundleJudge['memo'];
}

export interface JudgeOptions {
  readonly policiesDir: string;
  readonly directory: Directory;
  readonly onEvent?: (event: BundleEvent) => void;
  readonly now?: () => Date;
  /** Tests hand in an engine that breaks. */
  readonly slots?: EngineSlots;
}

/** Throws BUNDLE_INVALID when there is no good bundle to start with (threat D15). */
export async function createJudge(options: JudgeOptions): Promise<ReloadableJudge> {
  const { policiesDir, directory, onEvent = () => undefined, now = () => new Date() } = options;
  const slots = options.slots ?? createEngineSlots({ onReplaced: (cause) => onEvent({ kind: 'engine-replaced', cause }) });

  async function load(
    currentDigest: string | null,
  ): Promise<{ readonly judge: BundleJudge; readonly state: BundleState } | null> {
    const { bundle, findings } = await checkBundle(policiesDir);
    try {
      if (bundle === null) throw bundleError(policiesDir, findings);
      if (bundle.digest === currentDigest) return null;
      const generation = slots.prepare(sliceTexts(bundle.slices));
      // From here to the caller's assignment nothing is awaited: no request sees half of a swap.
      slots.activate(generation);
      const judge = createBundleJudge(bundle, slots, generation, directory);
      const warnings = findings.filter((finding) => finding.severity === 'warning');
      onEvent({ kind: 'loaded', digest: bundle.digest, policies: bundle.policies.length, warnings });
      return {
        judge,
        state: { digest: bundle.digest, policies: bundle.policies.length, loadedAt: now().toISOString(), lastError: null },
      };
    } catch (thrown) {
      onEvent({ kind: 'rejected', message: messageOf(thrown), findings });
      throw thrown;
    }
  }

  const first = await load(null);
  if (first === null) throw bundleError(policiesDir, []);
  let { judge, state } = first;
  let turn: Promise<unknown> = Promise.resolve();

  async function reload(): Promise<{ readonly changed: boolean }> {
    try {
      const next = await load(state.digest);
      if (next !== null) ({ judge, state } = next);
      else state = { ...state, lastError: null };
      return { changed: next !== null };
    } catch (thrown) {
      state = { ...state, lastError: { at: now().toISOString(), message: messageOf(thrown) } };
      throw thrown;
    }
  }

  return {
    judge: (principal, actions) => judge.judge(principal, actions),
    mayPassUnopened: (principal, action) => judge.mayPassUnopened(principal, action),
    mayApprove: (user, ticket, approverGroups) => judge.mayApprove(user, ticket, approverGroups),
    get bundle() {
      return judge.bundle;
    },
    get state() {
      return state;
    },
    get memo() {
      return judge.memo;
    },
    reload() {
      const result = turn.then(reload);
      turn = result.catch(() => undefined);
      return result;
    },
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
