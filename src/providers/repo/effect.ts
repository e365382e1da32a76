// What one call to a code host's API would do to a repository, before it becomes an action: the same for every vendor.

import type { Action, Facts } from '../../classify/action.ts';
import { baseFacts, hostResource } from '../../classify/base-facts.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import type { Json } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import { branchRef, refFacts, unknownRepository } from './repository.ts';
import type { RefChange, RefFactsInput, Repository } from './repository.ts';

type RefMoves = Omit<RefFactsInput, 'api'>;

type RefActionName = 'repo.push' | 'repo.merge' | 'repo.pull-request';
type PlainActionName =
  | 'repo.approve'
  | 'repo.config'
  | 'repo.create'
  | 'repo.delete'
  | 'repo.comment'
  | 'repo.issue'
  | 'repo.release'
  | 'repo.run'
  | 'repo.stage'
  | 'repo.upload'
  | 'repo.gist'
  | 'repo.unknown-write';

interface AnyEffect {
  /** What else is known, in the words of the schema. */
  readonly facts?: Facts;
  /** False when a judged field was missing, odd, or of the wrong type. */
  readonly sure: boolean;
  /** Set when it is done to another repository than the path names: a fork's parent, a repository that is made. */
  readonly at?: Repository;
}

/** A ref moves, or will; `moves` is null exactly for everything else. */
interface RefEffect extends AnyEffect {
  readonly name: RefActionName;
  readonly moves: RefMoves;
}

export interface PlainEffect extends AnyEffect {
  readonly name: PlainActionName;
  readonly moves: null;
}

export type Effect = RefEffect | PlainEffect;

export const UNKNOWN_WRITE: PlainEffect = { name: 'repo.unknown-write', moves: null, sure: true };

export function plain(name: PlainActionName, facts: Facts = {}, sure = true): PlainEffect {
  return { name, moves: null, facts, sure };
}

/** A push is sure only when its ref is. `fastForward` follows from the change: whatever is deleted or forced is lost. */
export function push(ref: ReadableRef | null, change: RefChange, more: Partial<RefMoves> = {}, facts: Facts = {}): RefEffect {
  const fastForward = more.fastForward ?? (change === 'delete' || more.force === true ? 'no' : 'yes');
  const sure = ref === null ? more.defaultBranch === true : ref.sure;
  return { name: 'repo.push', moves: { ...more, ref, change, fastForward }, facts, sure };
}

/** Which branch takes a merge is often the pull request's to know and not in the call: then `ref` stays absent. */
export function merge(ref: ReadableRef | null, facts: Facts = {}, sure = ref === null || ref.sure): RefEffect {
  return { name: 'repo.merge', moves: { ref, change: 'update', fastForward: 'yes' }, facts, sure };
}

/** `target` is the branch that is asked to take the change; an absent one leaves it to the host or, in an update, as it is. */
export function pullRequest(change: 'create' | 'update', target: ReadableRef | null, facts: Facts = {}): RefEffect {
  const sure = target === null ? change === 'update' : target.sure;
  return { name: 'repo.pull-request', moves: { ref: target, change, fastForward: 'yes' }, facts, sure };
}

/** A field that must name a branch. Null when it is missing or no text. */
export function branchOf(value: Json | undefined): ReadableRef | null {
  return typeof value === 'string' && value !== '' ? branchRef(value) : null;
}

/** The members that are there: an undefined fact is an absent one. */
export function some(facts: Readonly<Record<string, Facts[string] | undefined>>): Facts {
  const there: Record<string, Facts[string]> = {};
  for (const name in facts) {
    const value = facts[name];
    if (value !== undefined) there[name] = value;
  }
  return there;
}

/** A text fact from a field; absent when the field is missing, empty or no text. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * A flag from JSON, a form or a query. Absent when it is not there. INVARIANT: whatever is not plainly "no" is yes, for every flag here makes
 * a call more harmful (force, bypass, auto-merge).
 */
export function flag(value: Json | undefined): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  return !(value === false || value === 0 || (typeof value === 'string' && /^(?:false|0|no|off|)$/i.test(value)));
}

/** The facts of a ref that a setting or a run is about. */
export function refOnly(ref: ReadableRef | null): Facts {
  return ref === null ? {} : { ref: ref.text, refFolded: ref.text.toLowerCase() };
}

type RepoApi = 'rest' | 'graphql' | 'lfs';

export function effectAction(
  request: RequestView,
  repository: Repository,
  effect: Effect,
  api: RepoApi,
  sure: boolean,
  common: Facts = {},
): Action {
  const target = effect.at ?? repository;
  const facts =
    effect.moves === null
      ? { api, repoKnown: target.known }
      : refFacts(target, { ...effect.moves, api: api === 'lfs' ? 'rest' : api });
  return {
    name: effect.name,
    resource: target.resource,
    parents: target.parents,
    facts: { ...baseFacts(request, sure && effect.sure), ...facts, ...effect.facts, ...common },
  };
}

/** A write to a code host that none of its APIs claims: some page or service beside them, of no repository that is known (E39). */
export function siteWrite(request: RequestView): Action {
  return effectAction(request, unknownRepository(hostResource(request).id, 'site'), UNKNOWN_WRITE, 'rest', true);
}
