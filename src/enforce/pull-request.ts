// The `pull-request` constraint: a push to a guarded branch lands on a branch of the agent's own, and a pull request is opened for it.

import { readAdvertisement } from '../classify/git-advertisement.ts';
import type { Advertisement } from '../classify/git-advertisement.ts';
import { hasCapability, isZero, readCommands, replaceCommands } from '../classify/git-commands.ts';
import type { PushCommands, RefCommand } from '../classify/git-commands.ts';
import { readLineage } from '../classify/git-lineage.ts';
import { readRef } from '../classify/git-ref.ts';
import type { Proposal } from '../classify/proposal.ts';
import type { CodeHosts } from '../decide/code-host.ts';
import type { Judgement } from '../decide/judgement.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import type { CollectedAnswer } from '../http/collecting-reply.ts';
import type { Exchange } from '../http/exchange.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import type { NativeAnswer } from '../providers/refusal.ts';
import { agentBranch, chooseLanding } from './agent-branch.ts';
import type { Landing } from './agent-branch.ts';
import type { Substitute } from './decision.ts';
import type { Originate } from './originate.ts';
import { pullsOf } from './pulls.ts';
import type { Pulls } from './pulls.ts';
import type { PullRequestInput, Reroute } from './reroute.ts';
import { settlePush } from './settle-push.ts';

export interface PullRequestPlan {
  /** Stands for all of `bytes`; the rest of the body follows as it is. */
  readonly replacement: Buffer;
  readonly request: RequestView;
  /** `refs/heads/main to refs/heads/agent/bot/main`. */
  readonly changed: readonly string[];
  /** Call once, with upstream's whole answer: opens the pull requests and speaks to the client. Never rejects. */
  answer(upstream: CollectedAnswer): Promise<NativeAnswer>;
}

/** Opening one costs look-ups; nobody pushes to more guarded branches at once by hand. */
const MAX_REROUTES = 10;

/** Fields that tell of a body, or ask for a coding or protocol that the answer must not have. */
const BODY_FIELDS = new Set([
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'expect',
  'accept',
  'accept-encoding',
  'git-protocol',
]);

/** What `rewrite` calls: the plan as a substitute of the exchange. Throws CONSTRAINT_FAILED with the reason. */
export async function reroutePush(options: {
  readonly exchange: Exchange;
  readonly principal: Principal;
  readonly proposal: Proposal;
  readonly judgement: Judgement;
  readonly prefix: string;
  readonly hosts: CodeHosts;
  readonly originate: Originate;
}): Promise<Substitute> {
  const { exchange, proposal, judgement } = options;
  if (proposal.provider?.name !== 'git-push')
    throw failed('only a git push can become a pull request; push to a branch of your own and open one');
  if (exchange.body.encoded) throw failed('a compressed push can not be turned into a pull request');
  const refs = new Set<string>();
  for (const { action, constraints } of judgement.actions) {
    if (!constraints.some((constraint) => constraint.type === 'pull-request')) continue;
    const { ref } = action.facts;
    if (action.name !== 'repo.push' || typeof ref !== 'string') throw failed(`${action.name} can not become a pull request`);
    refs.add(ref);
  }
  const plan = await planPullRequest({
    request: proposal.request,
    bytes: proposal.body.bytes,
    refs,
    prefix: options.prefix,
    hosts: options.hosts,
    reason: judgement.reason,
    principal: options.principal,
    cause: exchange.id,
    originate: options.originate,
  });
  return {
    request: plan.request,
    body: { bytes: plan.replacement, problem: null },
    bytes: { kind: 'prefix', replacedBytes: proposal.body.bytes.length, replacement: plan.replacement },
    changed: plan.changed,
    settle: (answer) => plan.answer(answer),
  };
}

/** Looks up where the push may land and rewrites its commands. Throws CONSTRAINT_FAILED with the reason when it can't be done faithfully. */
export async function planPullRequest(input: PullRequestInput): Promise<PullRequestPlan> {
  const push = readCommands(input.bytes);
  if (push === null) throw failed('the commands of this push can not be read');
  const guarded = guardedCommands(push, input.refs);
  const advertisement = await lookUp(input);
  const format =
    hasCapability(advertisement.capabilities, 'object-format') && advertisement.capabilities.includes('object-format=sha256')
      ? 'sha256'
      : 'sha1';
  if (format !== push.objectFormat) throw failed('the push and the repository do not use the same object format');
  const pulls = pullsOf(input);
  const reroutes: Reroute[] = [];
  const taken = new Set(push.commands.map((command) => command.ref));
  for (const { index, command, base } of guarded) {
    const landing = await findLanding(input, push, { command, base }, advertisement, taken, pulls);
    const ref = Buffer.from(`refs/heads/${landing.branch}`, 'utf8').toString('latin1');
    taken.add(ref);
    const replacement = { old: landing.tip ?? '0'.repeat(command.new.length), new: command.new, ref };
    reroutes.push({ index, command, base, landing, replacement });
  }
  const replacement = replaceCommands(input.bytes, push, new Map(reroutes.map((one) => [one.index, one.replacement])));
  return {
    replacement,
    request: substituteRequest(input.request, replacement.length - input.bytes.length),
    changed: reroutes.map((one) => `refs/heads/${one.base} to refs/heads/${one.landing.branch}`),
    answer: (upstream) => settlePush({ input, push, reroutes, pulls }, upstream),
  };
}

interface Guarded {
  readonly index: number;
  readonly command: RefCommand;
  readonly base: string;
}

/** Everything that a re-route could not do truthfully is refused before anything is asked of upstream. */
function guardedCommands(push: PushCommands, refs: ReadonlySet<string>): Guarded[] {
  if (push.signed)
    throw failed('a signed push can not be changed without breaking its signature; push unsigned, or to a branch of your own');
  if (!hasCapability(push.capabilities, 'report-status-v2')) {
    throw failed(
      'this git client can not be told that its push landed elsewhere (it lacks report-status-v2); push to a branch of your own',
    );
  }
  const guarded: Guarded[] = [];
  for (const [index, command] of push.commands.entries()) {
    const { text, sure } = readRef(command.ref);
    if (!refs.has(text)) continue;
    if (!sure || !text.startsWith('refs/heads/')) throw failed(`${text} is no branch, and only a branch can have a pull request`);
    if (isZero(command.new)) throw failed(`deleting ${text} can not become a pull request`);
    guarded.push({ index, command, base: text.slice('refs/heads/'.length) });
  }
  if (guarded.length === 0) throw failed('no command of this push is for a guarded branch');
  if (guarded.length > MAX_REROUTES) throw failed(`a push may turn at most ${MAX_REROUTES} branches into pull requests`);
  return guarded;
}

/** The refs as upstream has them now, asked for with the push's own credential. */
async function lookUp(input: PullRequestInput): Promise<Advertisement> {
  const { request, originate, principal, cause } = input;
  const { scheme, authority, path } = request;
  if (!path.endsWith('/git-receive-pack') || request.query !== '')
    throw failed('the address of this push is not one that git itself would use');
  const target = `${path.slice(0, -'/git-receive-pack'.length)}/info/refs?service=git-receive-pack`;
  const headers = [...request.headers.without(BODY_FIELDS).raw, 'Accept', '*/*'];
  try {
    const answer = await originate({
      method: 'GET',
      scheme,
      authority,
      target,
      headers,
      body: Buffer.alloc(0),
      cause,
      principal,
    });
    if (answer.refused !== null) throw failed(`the branches could not be looked up: ${answer.refused}`);
    if (answer.status !== 200) throw failed(`the branches could not be looked up: the server answered ${answer.status}`);
    const advertisement = readAdvertisement(answer.body);
    if (advertisement === null)
      throw failed('the branches could not be looked up: the server did not answer in git’s smart protocol');
    return advertisement;
  } catch (thrown) {
    const error = toInterlockError(thrown);
    throw error.code === 'CONSTRAINT_FAILED' ? error : failed(`the branches could not be looked up: ${error.message}`, error);
  }
}

function findLanding(
  input: PullRequestInput,
  push: PushCommands,
  guarded: { readonly command: RefCommand; readonly base: string },
  advertisement: Advertisement,
  taken: ReadonlySet<string>,
  pulls: Pulls | null,
): Promise<Landing> {
  const { command, base } = guarded;
  const lineage = readLineage(input.bytes, push.end, push.objectFormat);
  return chooseLanding({
    stem: agentBranch(input.prefix, input.principal.agent, base),
    advertisement,
    taken,
    descendsFrom: (tip) => lineage.descent(command.new, tip) === 'yes',
    stateOf: async (branch) =>
      pulls === null ? { kind: 'unknown', reason: 'Interlock does not know how this is asked' } : pulls.find(branch, base),
  });
}

/** The answer has to be read, so it must come without a content coding; a declared length follows the new commands. */
function substituteRequest(request: RequestView, grown: number): RequestView {
  let headers = request.headers.without(new Set(['accept-encoding', 'content-encoding']));
  const length = headers.get('content-length');
  if (length !== undefined) headers = headers.with('content-length', String(Number(length) + grown));
  return { ...request, headers };
}

function failed(message: string, cause?: Error): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', message, cause === undefined ? {} : { cause });
}
