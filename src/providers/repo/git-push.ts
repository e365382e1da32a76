// git over smart HTTP, to any host: every command of a push is an action (threat C18); a fetch is a read.

import type { Action, Facts } from '../../classify/action.ts';
import { baseFacts, hostResource } from '../../classify/base-facts.ts';
import { MAX_COMMAND_BYTES, commandReader, hasPack, isZero, readCommands } from '../../classify/git-commands.ts';
import type { PushCommands, RefCommand } from '../../classify/git-commands.ts';
import { readLineage } from '../../classify/git-lineage.ts';
import type { Lineage } from '../../classify/git-lineage.ts';
import { MAX_PACK_BYTES, MAX_PEEK_BYTES, scanCommits } from '../../classify/git-pack.ts';
import { readRef } from '../../classify/git-ref.ts';
import { denyPush } from '../../classify/git-report.ts';
import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../refusal.ts';
import type { Provider, Recognition } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { recogniseDavPush } from './git-dav.ts';
import { discoveryService, isFetch, recogniseFetch, refuseDiscovery, refuseFetch } from './git-fetch.ts';
import { waitingPush } from './git-waiting.ts';
import { mergesByPush, optionNames, pullsByPush } from './push-options.ts';
import { refFacts, repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';

const REQUEST_TYPE = 'application/x-git-receive-pack-request';
const RESULT_TYPE = 'application/x-git-receive-pack-result';

export const gitPush: Provider = {
  name: 'git-push',
  family: 'repo',
  hosts: ['*'],
  recognise,
  refuse,
  waiting: (request, body) => (isFetch(request) || request.method !== 'POST' ? null : waitingPush(body)),
  bindingBody,
};

/**
 * Anything but a plain read at a path that ends in `git-receive-pack`, or with its content type anywhere (a server may sit behind other
 * paths). Spellings that git itself never sends are recognised too, but never surely: some server may answer to them.
 */
function recognise(request: RequestView): Recognition | null {
  if (discoveryService(request) !== null) return { need: { kind: 'none' }, classify: () => [readAction(request)] };
  if (isPlainRead(request)) return null;
  const service = request.segments.at(-1) ?? '';
  const here = service === 'git-receive-pack';
  if (!here && !/(^|\/)git-receive-pack(?![a-z0-9-])/i.test(service) && !hasPushType(request))
    return recogniseFetch(request) ?? recogniseDavPush(request);
  const exact = here && request.method === 'POST' && request.claimedMethods.length === 0 && request.query === '';
  const sure = exact && !request.ambiguousPath && !request.path.endsWith('/');
  return {
    need: { kind: 'prefix', measure: pushMeasure(wholeBytes(request)) },
    classify: (body) => classifyPush(request, body, sure),
  };
}

function hasPushType(request: RequestView): boolean {
  return request.headers.all('content-type').some((value) => value.trim().toLowerCase().startsWith(REQUEST_TYPE));
}

/** How long a push is that may be read whole, by its own word; null when it is longer, or does not say. */
function wholeBytes(request: RequestView): number | null {
  const [length, second] = request.headers.all('content-length');
  if (length === undefined || second !== undefined || request.headers.has('content-encoding')) return null;
  return /^[0-9]{1,7}$/.test(length) && Number(length) <= MAX_PACK_BYTES ? Number(length) : null;
}

/**
 * The commands, and as much of the pack as may prove where they lead: all of a small one, else the commits that git puts first. A large pack
 * streams, and is never held.
 */
export function pushMeasure(whole: number | null): (bytes: Buffer) => number | 'more' | 'invalid' {
  const reader = commandReader();
  // Each try inflates at most 64 KiB again; a sender that drips must not make that cost much, so it gets "unknown" instead.
  let triesLeft = 64;
  let measured = -1;
  return (bytes) => {
    const push = reader.read(bytes);
    if (typeof push === 'string') return push;
    if (!hasPack(push)) return push.end;
    if (whole !== null && bytes.length >= whole) return bytes.length;
    // Asked again with nothing new: the body has ended (or the operator's limit is reached), and what is there is all there is.
    const last = bytes.length === measured;
    measured = bytes.length;
    if (whole !== null && !last) return 'more';
    const scan = scanCommits(bytes, push.end, peekBudget(push));
    triesLeft -= 1;
    return scan.more && triesLeft > 0 && !last ? 'more' : scan.end;
  };
}

function peekBudget(push: PushCommands): number {
  return Math.min(MAX_PEEK_BYTES, MAX_COMMAND_BYTES - push.end);
}

function classifyPush(request: RequestView, body: InspectedBody, sure: boolean): Action[] {
  const repository = repositoryAt(hostResource(request).id, repositoryPath(request));
  const push = body.problem === null ? readCommands(body.bytes) : null;
  if (push === null || (push.probe && !isProbe(request))) return [unreadPush(request, repository)];
  // The credential probe before a large push: a POST without any effect.
  if (push.probe && sure) return [readAction(request)];
  const lineage = readLineage(body.bytes, push.end, push.objectFormat);
  const pushOptions = optionNames(push);
  const common = { signed: push.signed, ...(pushOptions === undefined ? {} : { pushOptions }) };
  const actions = push.commands.map((command) => commandAction(request, repository, common, command, lineage, sure));
  for (const { target, change, defaultBranch, project, facts } of pullsByPush(push)) {
    const asked = project === undefined ? repository : projectAt(hostResource(request).id, project);
    const moves = refFacts(asked, { api: 'git', ref: target, change, fastForward: 'yes', defaultBranch });
    actions.push(action('repo.pull-request', request, asked, sure && (target?.sure ?? true), { ...moves, ...facts }));
  }
  for (const merge of mergesByPush(push)) {
    const facts = refFacts(repository, { api: 'git', ref: merge.target, change: 'update', fastForward: 'yes' });
    actions.push(action('repo.merge', request, repository, sure && (merge.target?.sure ?? true), facts));
  }
  return actions.length === 0 ? [unreadPush(request, repository)] : actions;
}

/** GitLab takes a path or a number. */
function projectAt(host: string, project: string): Repository {
  const path = project.trim();
  return /^[\w.-]+(?:\/[\w.-]+)+$/.test(path) ? repositoryAt(host, path.split('/')) : unknownRepository(host, `id-${path}`);
}

/** The path without the service: `/acme/site.git/git-receive-pack` is `acme/site.git`. */
function repositoryPath(request: RequestView): string[] {
  const at = request.segments.findLastIndex((segment) => /(^|\/)git-receive-pack/i.test(segment));
  return request.segments.slice(0, at < 0 ? undefined : at);
}

/** Git's probe is four bytes and says so. Were more to follow the `0000`, it would pass unread. */
function isProbe(request: RequestView): boolean {
  return request.headers.get('content-length') === '4' && !request.headers.has('content-encoding');
}

function commandAction(
  request: RequestView,
  repository: Repository,
  common: Facts,
  command: RefCommand,
  lineage: Lineage,
  sure: boolean,
): Action {
  const ref = readRef(command.ref);
  const change = isZero(command.old) ? 'create' : isZero(command.new) ? 'delete' : 'update';
  const moved = change === 'delete' ? 'no' : 'yes';
  const fastForward = change === 'update' ? lineage.descent(command.new, command.old) : moved;
  const facts = refFacts(repository, { api: 'git', ref, change, fastForward });
  return action('repo.push', request, repository, sure && ref.sure, { ...facts, ...common });
}

function unreadPush(request: RequestView, repository: Repository): Action {
  const facts = refFacts(repository, { api: 'git', ref: null, change: 'update', fastForward: 'unknown' });
  return action('repo.push', request, repository, false, facts);
}

function action(name: string, request: RequestView, repository: Repository, inspected: boolean, facts: Facts): Action {
  return {
    name,
    resource: repository.resource,
    parents: repository.parents,
    facts: { ...baseFacts(request, inspected), ...facts },
  };
}

/** A 403 would end in "Everything up-to-date" and lose the reason, so a refusal is a report with an `ng` for every ref. */
function refuse(request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
  const discovered = discoveryService(request);
  if (discovered !== null) return refuseDiscovery(discovered, refusal);
  if (isFetch(request)) return refuseFetch(refusal);
  if (request.method !== 'POST')
    return {
      status: refusal.status,
      headers: ['Content-Type', 'text/plain; charset=utf-8'],
      body: Buffer.from(`${refusalSentence(refusal)}\n`),
    };
  const push = body.problem === null ? readCommands(body.bytes) : null;
  const sentence = refusalSentence(refusal);
  const lines = [sentence];
  if (refusal.ticket !== null) lines.push(`Push again once ticket ${refusal.ticket} is approved; the same commits then pass.`);
  const report = push?.probe === true ? null : denyPush(push, lines, sentence.replace(/^Interlock: /, ''));
  if (report === null) {
    const text = Buffer.from(`${lines.join('\n')}\n`, 'utf8');
    return { status: refusal.status, headers: ['Content-Type', 'text/plain; charset=utf-8'], body: text };
  }
  return { status: 200, headers: ['Content-Type', RESULT_TYPE, 'Cache-Control', 'no-cache'], body: report };
}

/**
 * Commands and options name the content by object id; the pack differs on every retry, and so does the session id among the capabilities.
 * The repository is in the path, which every binding holds. Throws CONSTRAINT_FAILED for a push that can't be read.
 */
function bindingBody(request: RequestView, body: InspectedBody): Buffer {
  if (isFetch(request) || discoveryService(request) !== null) return body.bytes;
  const push = body.problem === null ? readCommands(body.bytes) : null;
  // INVARIANT: what can't be read can't be approved: its prefix would stand for whatever follows.
  if (push === null || push.probe)
    throw new InterlockError('CONSTRAINT_FAILED', 'it needs approval, but the commands of this push can not be read');
  const commands = push.commands.map((command) => [command.old, command.new, command.ref]);
  const format = push.objectFormat;
  return Buffer.from(JSON.stringify({ commands, options: push.options, format, signed: push.signed }), 'utf8');
}
