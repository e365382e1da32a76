// Which repository a request is about: one id for git, REST and GraphQL, so that one policy holds for all three.

import type { EntityRef, Facts } from '../../classify/action.ts';
import { readRefText } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import { mergedSegments } from '../../classify/merged-segments.ts';

export interface Repository {
  /** `Repo::"github.com/acme/site"`. */
  readonly resource: EntityRef;
  /** Every `Owner` above it: `github.com/acme`, and for nested groups each of them, deepest first. */
  readonly parents: readonly EntityRef[];
  /** False when the request names the repository by an opaque id, so that no policy on a name can hold for it. */
  readonly known: boolean;
}

/**
 * The repository at a path below a host. `host` as in `hostResource` (with an unusual port).
 * INVARIANT: one repository has one id, however it is spelt: case is folded (GitHub, GitLab, Bitbucket, Gitea and Azure ignore it,
 * and where a server does not, folding can only join two repositories of one owner), and one `.git` and empty parts are dropped.
 */
export function repositoryAt(host: string, path: readonly string[]): Repository {
  const given = mergedSegments(path);
  const { site, parts } = placed(host === 'www.github.com' ? 'github.com' : host, given);
  const last = parts.pop() ?? '';
  const names = [...parts, last.replace(/\.git$/i, '')].map((part) => part.toLowerCase());
  const parents: EntityRef[] = [];
  for (let depth = names.length - 1; depth > 0; depth -= 1) {
    parents.push({ type: 'Owner', id: `${site}/${names.slice(0, depth).join('/')}` });
  }
  return { resource: { type: 'Repo', id: `${site}/${names.join('/')}` }, parents, known: last !== '' };
}

/**
 * Azure DevOps writes one repository in several ways: `org/project/_git/repo`, `org/_git/repo` when the project has the same name,
 * `_git/_optimized/repo`, and `org.visualstudio.com/project/_git/repo` for all of them (threat: a policy on one name passed by another).
 */
function placed(host: string, given: readonly string[]): { site: string; parts: string[] } {
  const git = given.findIndex((part) => part.toLowerCase() === '_git');
  const full = git < 0 ? given : given.filter((part, at) => at <= git || !/^_(?:optimized|full)$/i.test(part));
  const organisation = /^([^.]+)\.visualstudio\.com$/.exec(host)?.[1];
  const hosted = organisation !== undefined || host === 'dev.azure.com' || host.endsWith('.dev.azure.com');
  if (!hosted)
    return {
      site: host,
      parts: git === 1 && full.length === 3 ? [...full.slice(0, 1), ...full.slice(2), ...full.slice(1)] : [...full],
    };
  const own = organisation === undefined ? full : full.filter((part, at) => at > 0 || !/^defaultcollection$/i.test(part));
  const named = organisation === undefined ? own : [organisation, ...own];
  const at = named.findIndex((part) => part.toLowerCase() === '_git');
  const project = at === 1 && named.length === 3 ? named.slice(2) : [];
  return { site: 'dev.azure.com', parts: at < 0 ? [...named] : [...named.slice(0, at), ...project, ...named.slice(at + 1)] };
}

/** A repository that the request names only by an id of the vendor's: `Repo::"github.com/unknown:R_kgDOAbc"`, which has no owner. */
export function unknownRepository(host: string, id: string): Repository {
  const plain = /^[A-Za-z0-9_=+:.-]{1,100}$/.test(id) ? id : 'unreadable';
  return { resource: { type: 'Repo', id: `${host}/unknown:${plain}` }, parents: [], known: false };
}

export type RefChange = 'create' | 'update' | 'delete';

/** What is known of one ref's change, before it becomes facts. */
export interface RefFactsInput {
  readonly api: 'git' | 'rest' | 'graphql';
  /** Null when the request doesn't name the ref. */
  readonly ref: ReadableRef | null;
  readonly change: RefChange;
  /** Does every commit that the ref holds stay reachable from it? `unknown` is to be treated as possibly forced. */
  readonly fastForward: 'yes' | 'no' | 'unknown';
  readonly defaultBranch?: boolean;
  readonly force?: boolean;
  readonly signed?: boolean;
}

/**
 * The repo family's facts. `refFolded` is the ref in lower case: `refs/heads/Main` is another ref than `refs/heads/main` to git,
 * but the same file on some servers and the same name to a reader. `HEAD` is the default branch by another name.
 */
export function refFacts(repository: Repository, input: RefFactsInput): Facts {
  const { ref } = input;
  return {
    api: input.api,
    change: input.change,
    fastForward: input.fastForward,
    repoKnown: repository.known,
    tag: ref?.text.startsWith('refs/tags/') === true,
    defaultBranch: input.defaultBranch === true || ref?.text.toUpperCase() === 'HEAD',
    ...(ref === null ? {} : { ref: ref.text, refFolded: ref.text.toLowerCase() }),
    ...(input.force === undefined ? {} : { force: input.force }),
    ...(input.signed === undefined ? {} : { signed: input.signed }),
  };
}

/**
 * A branch as APIs take it. Names that a server might expand (`heads/main`, `refs/heads/main`, `HEAD`) are not sure:
 * they are a branch of that odd name, or main.
 */
export function branchRef(branch: string): ReadableRef {
  const ref = readRefText(`refs/heads/${branch}`);
  return /^(refs\/|heads\/|tags\/|remotes\/|HEAD$|@)/i.test(branch) ? { text: ref.text, sure: false } : ref;
}
