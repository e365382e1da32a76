// GitHub's REST routes outside of any repository: gists, new repositories, and what owners and users set.

import { isJsonObject } from '../../classify/strict-json.ts';
import { flag, plain, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { readFiles } from './file-changes.ts';
import { OWNER_GUARDS } from './github-guards.ts';
import { created } from './new-repository.ts';
import { visibilityOf } from './guard-routes.ts';
import { repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { route, routes } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

export const GITHUB_SITE_ROUTES: readonly Route[] = [
  route('POST', 'gists', ({ fields, host }) => [gist(fields, unknownRepository(host, 'gists'), 'create')]),
  route('PATCH POST PUT', 'gists/*', (call) => [gist(call.fields, gistAt(call), 'update')]),
  route('DELETE', 'gists/*', (call) => [{ ...plain('repo.gist', { change: 'delete' }), at: gistAt(call) }]),
  route('POST', 'gists/*/forks', (call) => [{ ...plain('repo.gist', { change: 'create' }), at: gistAt(call) }]),
  ...routes('ANY', ['gists/*/comments', 'gists/*/comments/*'], (call) => [{ ...plain('repo.comment'), at: gistAt(call) }]),
  route('POST', 'user/repos', ({ fields, host }) => [created(host, undefined, fields['name'], visibilityOf(fields) ?? 'public')]),
  route('POST', 'orgs/*/repos', ({ fields, host, rest }) => [
    created(host, rest[1], fields['name'], visibilityOf(fields) ?? 'public'),
  ]),
  ...OWNER_GUARDS,
];

/** The same id as git has for it: `https://gist.github.com/{id}.git`. */
function gistAt({ host, rest }: RouteCall): Repository {
  const id = rest[1] ?? '';
  if (host !== 'github.com' || !/^[0-9a-f]{1,64}$/i.test(id)) return unknownRepository(host, `gist-${id}`);
  return repositoryAt('gist.github.com', [id]);
}

/** Not public still means: whoever has the address can read it. */
function gist(fields: RouteCall['fields'], at: Repository, change: 'create' | 'update'): Effect {
  const { files, description } = fields;
  const named = isJsonObject(files) ? readFiles(Object.keys(files).map((path) => ({ path, bytes: sizeOf(files[path]) }))) : null;
  const isPublic = flag(fields['public']);
  // INVARIANT: what could not be read is not called less public than it may be.
  const unsaid = change === 'create' && named !== null ? 'unlisted' : undefined;
  const visibility = isPublic === undefined ? unsaid : isPublic ? 'public' : 'unlisted';
  const facts = { change, ...named?.facts, ...some({ visibility, title: text(description) }) };
  return { ...plain('repo.gist', facts, named?.sure ?? change === 'update'), at };
}

function sizeOf(file: RouteCall['document'] | undefined): number | undefined {
  const content = isJsonObject(file) ? file['content'] : undefined;
  return typeof content === 'string' ? Buffer.byteLength(content) : undefined;
}
