// A push over WebDAV (git http-push, "dumb" HTTP): refs and objects are written as files, and nothing tells what a ref moves to.

import type { Action } from '../../classify/action.ts';
import { baseFacts, hostResource } from '../../classify/base-facts.ts';
import { readRefText } from '../../classify/git-ref.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Recognition } from '../provider.ts';
import { refFacts, repositoryAt } from './repository.ts';

const METHODS: ReadonlySet<string> = new Set(['PUT', 'DELETE', 'MOVE', 'COPY', 'LOCK', 'MKCOL', 'PATCH']);
/** What lies in a repository's folder and makes it what it is. */
const INSIDE: ReadonlySet<string> = new Set(['head', 'config', 'hooks', 'info', 'objects', 'packed-refs', 'refs']);

interface Place {
  readonly repository: readonly string[];
  /** `refs/heads/main`; empty when it is no ref. */
  readonly ref: string;
}

/** Null when nothing in a repository's folder is written. Never sure: a file's bytes are no command that could be judged (threat C18). */
export function recogniseDavPush(request: RequestView): Recognition | null {
  if (isPlainRead(request) || !METHODS.has(request.method)) return null;
  const places = [request.path, ...request.headers.all('destination')].flatMap((path) => placeIn(path) ?? []);
  return places.length === 0 ? null : { need: { kind: 'none' }, classify: () => places.map((place) => push(request, place)) };
}

function placeIn(address: string): Place | null {
  const parts = decoded(address.replace(/^[a-z]+:\/\/[^/]*/i, ''))
    .split('/')
    .filter((part) => part !== '');
  // APIs of code hosts have `git/refs/heads/…` in paths of their own.
  if (/^(?:_?apis?|repos|repositories)$/i.test(parts[0] ?? '') || /^2\.0\/repositories\//i.test(parts.join('/'))) return null;
  // `info/lfs` is an API of its own (git-lfs.ts), not a file in the folder.
  const isLfs = (at: number): boolean => parts[at + 1] === 'info' && parts[at + 2] === 'lfs';
  const inside = parts.findIndex(
    (part, at) => /\.git$/i.test(part) && INSIDE.has((parts[at + 1] ?? '').toLowerCase()) && !isLfs(at),
  );
  const refs = parts.findIndex((part, at) => part === 'refs' && /^(?:heads|tags)$/.test(parts[at + 1] ?? ''));
  if (inside < 0 && refs < 0) return null;
  return { repository: parts.slice(0, refs < 0 ? inside + 1 : refs), ref: refs < 0 ? '' : parts.slice(refs).join('/') };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function push(request: RequestView, place: Place): Action {
  const { resource, parents, ...repository } = repositoryAt(hostResource(request).id, place.repository);
  const facts = refFacts(
    { resource, parents, ...repository },
    {
      api: 'git',
      ref: place.ref === '' ? null : readRefText(place.ref),
      change: request.method === 'DELETE' ? 'delete' : 'update',
      fastForward: 'unknown',
    },
  );
  return { name: 'repo.push', resource, parents, facts: { ...baseFacts(request, false), ...facts } };
}
