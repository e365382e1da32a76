// The judge that serves: loads the bundle, swaps a new one in as a whole, and keeps the last good one when the new one is broken.

import { setImmediate } from 'node:timers/promises';
import type { BudgetMeter } from '../budget/meter.ts';
import type { Action } from '../classify/action.ts';
import type { ToolReader } from '../classify/tool-call.ts';
import type { Directory } from '../identify/directory.ts';
import type { Principal } from '../identify/principal.ts';
import { toInterlockError } from '../errors.ts';
import type { InterlockError } from '../errors.ts';
import { bundleError, checkFiles } from './bundle.ts';
import type { Bundle, CheckedBundle } from './bundle.ts';
import { checkApart } from './bundle-checker.ts';
import { readBundleFiles } from './bundle-files.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { createBundleJudge } from './bundle-judge.ts';
import type { BundleJudge } from './bundle-judge.ts';
import { createEngineSlots } from './engine-slots.ts';
import type { EngineSlots, Generation, SliceTexts } from './engine-slots.ts';
import type { Judge } from './judge.ts';
import type { Judgement } from './judgement.ts';
import { AT_START, FILE_CHANGE } from './load-cause.ts';
import type { BundleSource, LoadCause } from './load-cause.ts';
import type { Policy } from './policy.ts';
import type { Readers } from './reading.ts';
import type { SchemaShape } from './schema-shape.ts';
import { createShadowSides } from './shadow-side.ts';
import type { ShadowSide } from './shadow-side.ts';
import { sliceTexts } from './slices.ts';
import type { Wishes } from './wishes.ts';

/** What the house wants to log and put on record. */
export type BundleEvent =
  | LoadedEvent
  | { readonly kind: 'rejected'; readonly message: string; readonly findings: readonly BundleFinding[] }
  /** The engine threw and was replaced; the question that made it throw was blocked. */
  | { readonly kind: 'engine-replaced'; readonly cause: string };

export interface LoadedEvent {
  readonly kind: 'loaded';
  readonly digest: string;
  readonly policies: number;
  readonly warnings: readonly BundleFinding[];
  readonly files: BundleFiles;
  readonly cause: LoadCause;
  readonly source: BundleSource;
}

export interface BundleState {
  readonly digest: string;
  readonly policies: number;
  /** RFC 3339, UTC. */
  readonly loadedAt: string;
  /** Why the last reload was refused; null once a reload went well. */
  readonly lastError: { readonly at: string; readonly message: string } | null;
}

/** INVARIANT: `actionsOf` and `judge` called in one turn are of one bundle. */
export interface ReloadableJudge extends Judge, Wishes, Readers, ToolReader {
  /**
   * Throws BUNDLE_INVALID with the findings; the last good bundle then stays in force. Calls take turns, and `prepare` (which puts the
   * files in place) runs in this one's: no other load sees them half there. What it throws ends the call.
   */
  reload(cause?: LoadCause, prepare?: () => Promise<void>): Promise<{ readonly changed: boolean }>;
  readonly state: BundleState;
  /** Of the bundle in force. */
  readonly policies: readonly Policy[];
  readonly shape: SchemaShape;
  readonly memo: BundleJudge['memo'];
  /** The same by what this meter says is used of the budgets. */
  judgeAs(principal: Principal, actions: readonly Action[], meter: BudgetMeter): Judgement;
  /** What the bundle would say with its shadow policies in force; null when none of them is about any of these actions. */
  readonly judgeShadow: ShadowSide['judge'];
}

interface JudgeOptions {
  readonly policiesDir: string;
  readonly directory: Directory;
  /** What is used of the bundle's budgets. */
  readonly budgets?: BudgetMeter;
  readonly onEvent?: (event: BundleEvent) => void;
  /** Where the files come from, for the record, and time to compare them with those before. Must not reject. */
  readonly look?: (files: BundleFiles, cause: LoadCause, policies: ReadonlyMap<string, Policy>) => Promise<BundleSource>;
  /** Why the first bundle is loaded. */
  readonly cause?: LoadCause;
  readonly now?: () => Date;
  /** Tests hand in an engine that breaks. */
  readonly slots?: EngineSlots;
  /** Another bundle serves meanwhile, so even the first one is checked apart and prepared between requests. */
  readonly beside?: boolean;
  /** How a bundle is checked while another one serves. Tests hand in one that breaks. */
  readonly checkApart?: (files: BundleFiles) => Promise<CheckedBundle>;
}

/** A step of a new bundle into the engine, and the pause after it that is left to requests: ms. */
const STEP_MS = 1;
const PAUSE_MS = 2;

interface Loaded {
  readonly policies: readonly Policy[];
  readonly shape: SchemaShape;
  readonly judge: BundleJudge;
  readonly shadow: ShadowSide | null;
  readonly state: BundleState;
}

/** The last thing that was not loaded. With a digest of null the same files are worth another try. */
interface Refused {
  readonly digest: string | null;
  readonly error: InterlockError;
}

/** What is on disk, in the engine; null when that is in force already. Throws BUNDLE_INVALID. */
type Load = (inForce: string | null, cause: LoadCause) => Promise<Loaded | null>;

function createLoader(options: JudgeOptions): Load {
  const { policiesDir, directory, onEvent = () => undefined, look = nowhere, now = () => new Date() } = options;
  const slots = options.slots ?? createEngineSlots({ onReplaced: (cause) => onEvent({ kind: 'engine-replaced', cause }) });

  const shadowOf = createShadowSides(directory);
  let refused: Refused | null = null;

  /** Nothing is served yet when there is none in force, here or beside. */
  const idle = (inForce: string | null): boolean => inForce === null && options.beside !== true;

  async function check(files: BundleFiles, inForce: string | null): Promise<CheckedBundle> {
    if (idle(inForce)) return checkFiles(files);
    // To start the thread takes some milliseconds: not in the turn in which the last of the files was hashed.
    await setImmediate();
    return (options.checkApart ?? checkApart)(files);
  }

  async function swapIn(bundle: Bundle, inForce: string | null): Promise<Loaded> {
    const texts = sliceTexts(bundle.slices);
    const generation = idle(inForce) ? slots.prepare(texts) : await prepareBetweenRequests(slots, texts);
    // Each in a turn of its own: the first shadow policy opens an engine.
    const shadow = shadowOf(bundle);
    await setImmediate();
    const judge = createBundleJudge(bundle, slots, generation, directory, options.budgets ?? null);
    slots.activate(generation);
    const state = { digest: bundle.digest, policies: bundle.policies.length, loadedAt: now().toISOString(), lastError: null };
    return { judge, state, policies: bundle.policies, shape: bundle.shape, shadow };
  }

  return async (inForce, cause) => {
    const { files, findings: unread } = await readBundleFiles(policiesDir);
    if (files !== null && files.digest === inForce) {
      refused = null;
      return null;
    }
    // Looked at again without a change: the answer is known, and was told.
    if (files !== null && files.digest === refused?.digest) throw refused.error;
    const { bundle, findings } = files === null ? { bundle: null, findings: unread } : await check(files, inForce);
    try {
      if (bundle === null || files === null) throw bundleError(policiesDir, findings);
      const source = await look(files, cause, bundle.policyById);
      const loaded = await swapIn(bundle, inForce);
      refused = null;
      const warnings = findings.filter((finding) => finding.severity === 'warning');
      const { digest, policies } = bundle;
      // INVARIANT: told before it judges anything, so its entry stands before every verdict of its.
      onEvent({ kind: 'loaded', digest, policies: policies.length, warnings, files, cause, source });
      return loaded;
    } catch (thrown) {
      const error = toInterlockError(thrown);
      if (error.message !== refused?.error.message) onEvent({ kind: 'rejected', message: error.message, findings });
      // Trouble with no file of its own may have been the engine's, and passing: then the same files are tried again.
      const lasting = bundle === null && findings.every((finding) => finding.file !== '.');
      refused = { digest: lasting ? (files?.digest ?? null) : null, error };
      throw error;
    }
  };
}

async function nowhere({ directory }: BundleFiles): Promise<BundleSource> {
  return { directory, git: null, owner: null };
}

async function prepareBetweenRequests(slots: EngineSlots, texts: SliceTexts): Promise<Generation> {
  const preparation = slots.begin(texts);
  while (!preparation.step(STEP_MS)) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  return preparation.generation;
}

/** Throws BUNDLE_INVALID when there is no good bundle to start with (threat D15). */
export async function createJudge(options: JudgeOptions): Promise<ReloadableJudge> {
  const { policiesDir, now = () => new Date() } = options;
  const load = createLoader(options);
  const first = await load(null, options.cause ?? AT_START);
  if (first === null) throw bundleError(policiesDir, []);
  let { judge, state, policies, shape, shadow } = first;
  let turn: Promise<unknown> = Promise.resolve();

  async function reload(cause: LoadCause, prepare: () => Promise<void>): Promise<{ readonly changed: boolean }> {
    await prepare();
    try {
      const next = await load(state.digest, cause);
      if (next !== null) ({ judge, state, policies, shape, shadow } = next);
      else state = { ...state, lastError: null };
      return { changed: next !== null };
    } catch (thrown) {
      state = { ...state, lastError: { at: now().toISOString(), message: toInterlockError(thrown).message } };
      throw thrown;
    }
  }

  return {
    judge: (principal, actions) => judge.judge(principal, actions),
    judgeAs: (principal, actions, meter) => judge.judge(principal, actions, meter),
    judgeShadow: (principal, actions, meter) => shadow?.judge(principal, actions, meter) ?? null,
    mayPassUnopened: (principal, action) => judge.mayPassUnopened(principal, action),
    mayApprove: (user, ticket, approverGroups) => judge.mayApprove(user, ticket, approverGroups),
    userBy: (attribute, value) => judge.userBy(attribute, value),
    mayRead: (user) => judge.mayRead(user),
    asksFor: (ref, wish) => judge.asksFor(ref, wish),
    actionsOf: (call) => judge.actionsOf(call),
    get judgesCalls() {
      return judge.judgesCalls;
    },
    get bundle() {
      return judge.bundle;
    },
    get state() {
      return state;
    },
    get policies() {
      return policies;
    },
    get shape() {
      return shape;
    },
    get memo() {
      return judge.memo;
    },
    reload(cause = FILE_CHANGE, prepare = async () => undefined) {
      const result = turn.then(() => reload(cause, prepare));
      turn = result.catch(() => undefined);
      return result;
    },
  };
}
