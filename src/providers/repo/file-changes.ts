// The files that a commit by API writes, moves or deletes: what policies may know of them.

import type { Facts } from '../../classify/action.ts';
import type { Json } from '../../classify/strict-json.ts';

/** Longer lists are counted, not listed. */
const MAX_PATHS = 500;

/**
 * Files that hosts obey: what CI runs with the repository's secrets, and who must review. Paths are folded and slashes merged, because some
 * servers and checkouts (macOS, Windows) ignore case.
 */
const OBEYED = [
  /^\.(?:github|gitea|forgejo)\/(?:workflows|actions)\//,
  /^(?:\.github\/|\.gitlab\/|\.gitea\/|\.forgejo\/|docs\/)?codeowners$/,
  /^\.gitlab-ci\.ya?ml$/,
  /^\.gitlab\/(?:ci|merge_request_approvals|security-policies)/,
  /(?:^|\/)azure-pipelines[^/]*\.ya?ml$/,
  /^\.(?:azure-pipelines|azuredevops|pipelines|circleci|buildkite|woodpecker|teamcity|semaphore)\//,
  /^(?:bitbucket-pipelines|\.travis|\.drone|\.woodpecker|\.appveyor|appveyor|\.cirrus)\.ya?ml$/,
  /(?:^|\/)jenkinsfile$/,
];

/** What every one of them holds: most paths hold none, and need no more looking. */
const HINT = /^\.|codeowners|pipelines|jenkinsfile|appveyor/;

export interface FileChange {
  readonly path: Json | undefined;
  /** Of the content as it will be stored; undefined when the request does not hold it. */
  readonly bytes?: number | undefined;
}

interface FilesRead {
  readonly facts: Facts;
  /** False when a path is missing, or is one that servers may read as another (`..`, controls, lone surrogates). */
  readonly sure: boolean;
}

/**
 * `paths` (repository-relative, no leading slash; absent over 500), `pathCount`, `guardFiles`, and `contentBytes` where the content is in
 * the request.
 */
export function readFiles(changes: readonly FileChange[]): FilesRead {
  const paths = new Set<string>();
  let sure = changes.length > 0;
  let contentBytes: number | undefined;
  for (const { path, bytes } of changes) {
    const plain = typeof path === 'string' ? plainPath(path) : null;
    if (plain === null) sure = false;
    else paths.add(plain);
    if (bytes !== undefined) contentBytes = (contentBytes ?? 0) + bytes;
  }
  const list = [...paths];
  const guardFiles = list.some(isObeyed);
  const bytes = contentBytes === undefined ? {} : { contentBytes };
  // INVARIANT: what is not sure names no files, except that one of them is obeyed.
  if (!sure) return { facts: guardFiles ? { guardFiles } : {}, sure };
  return { facts: { pathCount: list.length, guardFiles, ...(list.length <= MAX_PATHS ? { paths: list } : {}), ...bytes }, sure };
}

/** Bytes of a content field: base64 when it says so, else UTF-8. */
export function contentSize(content: Json | undefined, base64: boolean): number | undefined {
  if (typeof content !== 'string') return undefined;
  return base64 ? Math.floor((digits(content) * 3) / 4) : Buffer.byteLength(content);
}

/** Characters that are no blank and no padding. */
function digits(base64: string): number {
  let count = 0;
  for (let at = 0; at < base64.length; at += 1) {
    const code = base64.charCodeAt(at);
    if (code > 0x20 && code !== 0x3d) count += 1;
  }
  return count;
}

/** Longer than any server keeps (PATH_MAX), and work besides. */
const MAX_PATH_CHARS = 4096;

function plainPath(path: string): string | null {
  if (path.length > MAX_PATH_CHARS || !path.isWellFormed() || /[\\\u0000-\u001f\u007f]/.test(path)) return null;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? null : parts.join('/');
}

function isObeyed(path: string): boolean {
  const folded = /^[\x20-\x7e]*$/.test(path) ? path.toLowerCase() : foldPath(path);
  return HINT.test(folded) && OBEYED.some((one) => one.test(folded));
}

/** Compatibility forms and ignorable characters are dropped as HFS+ drops them (git's own rule for `.git`). */
function foldPath(path: string): string {
  return path
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toUpperCase()
    .toLowerCase();
}
