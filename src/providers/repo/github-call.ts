// One write to GitHub's REST API, taken apart: which repository, which route, which fields.

import type { Action } from '../../classify/action.ts';
import { baseFacts, hostResource } from '../../classify/base-facts.ts';
import { foldName, isJsonObject, lookalikeKey, readJson } from '../../classify/strict-json.ts';
import type { JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import { refFacts, repositoryAt, unknownRepository } from './repository.ts';
import type { RefFactsInput, Repository } from './repository.ts';

/** Fields that routes judge. Found in the query as well, or spelt in other case, they make a request unsure (E13, threat C5). */
const JUDGED: ReadonlySet<string> = new Set(['base', 'branch', 'draft', 'event', 'force', 'head', 'new_name', 'ref', 'tag_name']);

/** What a call without a body says: nothing. */
export const NO_FIELDS: JsonObject = Object.create(null);

/** What a route does to a repository. `sure` is false when a judged field was missing, odd, or of the wrong type. */
export interface Effect {
  readonly name: 'repo.push' | 'repo.merge' | 'repo.pull-request' | 'repo.config' | 'repo.unknown-write';
  readonly moves: Omit<RefFactsInput, 'api'> | null;
  readonly sure: boolean;
}

/**
 * The host that repositories are named by: `api.github.com` and `uploads.github.com` are `github.com`, `api.acme.ghe.com` is
 * `acme.ghe.com`, an Enterprise server is itself.
 */
export function repositoryHost(request: RequestView): string {
  return hostResource(request).id.replace(/^(?:api|uploads)\.(github\.com|[^.]+\.ghe\.com)(?=:|$)/, '$1');
}

/** `repos/{owner}/{repo}/…` and its alias `repositories/{id}/…`; anything else names no repository. */
export function repositoryOf(
  request: RequestView,
  segments: readonly string[],
): { repository: Repository; rest: readonly string[] } {
  const host = repositoryHost(request);
  const [kind = '', first = '', second = ''] = segments;
  if (kind.toLowerCase() === 'repos' && segments.length >= 3 && !`${first}${second}`.includes('/')) {
    return { repository: repositoryAt(host, [first, second]), rest: segments.slice(3) };
  }
  if (kind.toLowerCase() === 'repositories' && segments.length >= 2) {
    return { repository: unknownRepository(host, `id-${first}`), rest: segments.slice(2) };
  }
  return { repository: unknownRepository(host, kind === '' ? 'root' : kind.toLowerCase()), rest: segments };
}

/** The fields of a JSON body, whatever its content type says (GitHub ignores it, E16). Null when they can't be read surely. */
export function readFields(request: RequestView, body: InspectedBody): JsonObject | null {
  if (body.problem !== null || queryNames(request.query).some((name) => JUDGED.has(name))) return null;
  if (body.bytes.length === 0) return NO_FIELDS;
  const reading = readJson(body.bytes);
  if (reading.problem !== null || !isJsonObject(reading.value)) return null;
  return lookalikeKey(reading.value, JUDGED) === undefined ? reading.value : null;
}

function queryNames(query: string): string[] {
  if (query === '') return [];
  // Rack splits at `;` too.
  return [...new URLSearchParams(query.replaceAll(';', '&')).keys()].map((key) => foldName(key.split('[')[0] ?? ''));
}

export function effectAction(
  request: RequestView,
  repository: Repository,
  effect: Effect,
  api: 'rest' | 'graphql',
  sure: boolean,
): Action {
  const facts = effect.moves === null ? { api, repoKnown: repository.known } : refFacts(repository, { ...effect.moves, api });
  return {
    name: effect.name,
    resource: repository.resource,
    parents: repository.parents,
    facts: { ...baseFacts(request, sure && effect.sure), ...facts },
  };
}

/** The shape that Octokit turns into its RequestError, with our reason as the message. */
export function refuseRest(_request: RequestView, refusal: Refusal): NativeAnswer {
  const message = refusalSentence(refusal);
  const document = { message, documentation_url: 'https://docs.github.com/rest', status: String(refusal.status) };
  return {
    status: refusal.status,
    headers: ['Content-Type', 'application/json; charset=utf-8'],
    body: Buffer.from(JSON.stringify(document), 'utf8'),
  };
}
