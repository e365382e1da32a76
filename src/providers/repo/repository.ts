// Which repository a request is about: one id for git, REST and GraphQL, so that one policy holds for all three.

import type { EntityRef, Facts } from '../../classify/action.ts';
import { readRefText } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';

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
  const site = host === 'www.github.com' ? 'github.com' : host;
  const parts = namedParts(
    site,
    path.flatMap((part) => part.split('/')).filter((part) => part !== ''),
  );
  const last = parts.pop() ?? '';
  const names = [...parts, last.replace(/\.git$/i, '')].map((part) => part.toLowerCase());
  const parents: EntityRef[] = [];
  for (let depth = names.length - 1; depth > 0; depth -= 1) {
    parents.push({ type: 'Owner', id: `${site}/${names.slice(0, depth).join('/')}` });
  }
  return { resource: { type: 'Repo', id: `${site}/${names.join('/')}` }, parents, known: last !== '' };
}

/** Azure DevOps writes one repository in several ways: `org/project/_git/repo`, `_git/_optimized/repo`, `org.visualstudio.com/…`. */
function namedParts(host: string, parts: readonly string[]): string[] {
  if (host !== 'dev.azure.com' && !host.endsWith('.visualstudio.com')) return [...parts];
  return parts.filter(
    (part, index) => !/^(_git|_optimized|_full)$/i.test(part) && !(index === 0 && /^defaultcollection$/i.test(part)),
  );
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
