// After upstream took a re-routed push: opens the pull requests, and tells the git client the truth about where its commits are.

import type { PushCommands } from '../classify/git-commands.ts';
import { messageLines, readPushAnswer, writePushAnswer } from '../classify/git-report.ts';
import type { PushAnswer } from '../classify/git-report.ts';
import type { CollectedAnswer } from '../http/collecting-reply.ts';
import type { NativeAnswer } from '../providers/refusal.ts';
import type { PullState } from './pull-api.ts';
import type { Pulls } from './pulls.ts';
import { hasLanded, translateReport } from './reroute-report.ts';
import type { PullRequestInput, Reroute } from './reroute.ts';

interface SentPush {
  readonly input: PullRequestInput;
  readonly push: PushCommands;
  readonly reroutes: readonly Reroute[];
  readonly pulls: Pulls | null;
}

const RESULT_TYPE = 'application/x-git-receive-pack-result';

/** Fields of upstream's answer that would not be true of ours. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'trailer', 'upgrade']);

/** Never rejects: by now the commits may be upstream, so whatever goes wrong is told, not thrown. */
export async function settlePush(sent: SentPush, upstream: CollectedAnswer): Promise<NativeAnswer> {
  // An error or a demand for credentials is upstream's own to tell.
  if (upstream.status !== 200)
    return { status: upstream.status, headers: upstream.headers.without(FRAMING).raw, body: upstream.body };
  const answer = upstream.headers.has('content-encoding') ? null : readPushAnswer(upstream.body, sent.push.capabilities);
  const settled = answer === null || answer.report === null ? unreported(sent, answer) : await settle(sent, answer);
  const body = writePushAnswer(settled, sent.push.capabilities);
  return { status: 200, headers: ['Content-Type', RESULT_TYPE, 'Cache-Control', 'no-cache'], body };
}

async function settle(sent: SentPush, answer: PushAnswer): Promise<PushAnswer> {
  const { report } = answer;
  if (report === null) return answer;
  const lines: string[] = [`Interlock: ${sent.input.reason}`];
  for (const reroute of sent.reroutes) {
    const branch = reroute.landing.branch;
    if (!hasLanded(report, reroute.replacement.ref)) {
      lines.push(
        `Interlock: ${reroute.base} was not changed. The push was sent to ${branch} instead, and the server did not take it.`,
      );
      continue;
    }
    lines.push(`Interlock: ${reroute.base} was not changed. Your commits are on ${branch}.`, await pullLine(sent, reroute));
  }
  const rerouted = sent.reroutes.map((one) => ({
    asked: one.command.ref,
    landed: one.replacement.ref,
    old: one.replacement.old,
    new: one.command.new,
  }));
  return {
    messages: Buffer.concat([answer.messages, endOfLine(answer.messages), messageLines(lines)]),
    fatal: answer.fatal,
    report: translateReport(report, rerouted),
  };
}

/** Progress may stop in the middle of a line; ours must start a new one. */
function endOfLine(messages: Buffer): Buffer {
  return messages.length === 0 || messages.at(-1) === 0x0a ? Buffer.alloc(0) : Buffer.from('\n', 'latin1');
}

async function pullLine(sent: SentPush, reroute: Reroute): Promise<string> {
  const { base, landing } = reroute;
  if (landing.pull.kind === 'open') return `Interlock: ${landing.pull.pull.name} has them now: ${landing.pull.pull.url}`;
  const byHand = `Open one by hand, from ${landing.branch} to ${base}.`;
  if (sent.pulls === null)
    return `Interlock: no pull request was opened: Interlock does not know how it is done for this repository. ${byHand}`;
  const state = await openPull(sent, sent.pulls, reroute);
  if (state.kind === 'open') return `Interlock: ${state.pull.name} is open: ${state.pull.url}`;
  return `Interlock: no pull request was opened: ${state.kind === 'unknown' ? state.reason : 'the API did not say why'}. ${byHand}`;
}

function openPull(sent: SentPush, pulls: Pulls, reroute: Reroute): Promise<PullState> {
  const { agent, user } = sent.input.principal;
  const who = user === null ? `The agent \`${agent}\`` : `The agent \`${agent}\`, acting for \`${user}\`,`;
  const body = [
    `${who} pushed to \`${reroute.base}\`. Interlock put the commits on this branch instead, for review.`,
    `Reason: ${sent.input.reason}`,
    `Exchange: ${sent.input.cause}`,
  ].join('\n\n');
  return pulls.open({
    head: reroute.landing.branch,
    base: reroute.base,
    title: `Push to ${reroute.base} by agent ${agent}`,
    body,
  });
}

/** Upstream said 200 and nothing that can be understood: nobody knows whether the commits landed, and that is what is told. */
function unreported(sent: SentPush, answer: PushAnswer | null): PushAnswer {
  const lines = sent.reroutes.map(
    (one) => `Interlock: the push to ${one.base} was sent to ${one.landing.branch} instead; look there for your commits.`,
  );
  const error = 'the server gave no report that can be read';
  const results = sent.push.commands.map((command) => ({ ref: command.ref, error, options: [] }));
  return { messages: messageLines(lines), fatal: answer?.fatal ?? null, report: { unpack: 'ok', results } };
}
