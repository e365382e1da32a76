// `interlock policy explain`: why a request or a ledger entry comes out as it does under a bundle.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Action } from '../classify/action.ts';
import type { Explanation } from '../decide/explanation.ts';
import type { OfflineJudge } from '../decide/offline-judge.ts';
import { InterlockError } from '../errors.ts';
import type { Principal } from '../identify/principal.ts';
import { plainText } from '../record/plain-text.ts';
import { bundleDirectory } from './bundle-directory.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf, listed, withOperator } from './common-options.ts';
import { explanationLines } from './explanation-text.ts';

interface ExplainOptions extends CommonOptions {
  readonly request?: string;
  readonly entry?: string;
  readonly as?: string;
  readonly team?: readonly string[];
  readonly user?: string;
  readonly group?: readonly string[];
}

/** What is explained: the actions of a request or an entry, and who asks. */
interface Asked {
  readonly principal: Principal;
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
}

export function registerPolicyExplain(policy: Command, cli: Cli): void {
  leaf(
    policy,
    'explain [dir]',
    'show why a request or a ledger entry comes out as it does: what matched, and what stood in the way',
    [
      'policy explain --request refund.http --as support-bot --team support',
      'policy explain --entry 42 --team support',
      'policy explain ./candidate --entry entry.json --json',
    ],
  )
    .option('--request <file>', 'a whole request: request line, fields, an empty line, the body')
    .option('--entry <id>', 'a verdict entry of the ledger by its id, or a file as `ledger show --json` prints it')
    .option('--as <agent>', 'who asks (default: the agent of the entry, or case-agent)')
    .option('--team <teams>', "the agent's teams, comma-separated", listed)
    .option('--user <user>', 'whom the agent acts for')
    .option('--group <groups>', "that user's groups, comma-separated", listed)
    .action((directory: string | undefined, _: ExplainOptions, command: Command) =>
      explain(cli, directory, command.optsWithGlobals()),
    );
}

async function explain(cli: Cli, named: string | undefined, options: ExplainOptions): Promise<void> {
  if ((options.request === undefined) === (options.entry === undefined))
    throw new InterlockError('USAGE', 'say what to explain: --request FILE or --entry ID');
  const directory = await bundleDirectory(cli, named, options);
  const { loadBundle } = await import('../decide/bundle.ts');
  const { createOfflineJudge } = await import('../decide/offline-judge.ts');
  const { createExplainer } = await import('../decide/explanation.ts');
  const bundle = await loadBundle(directory);
  const offline = createOfflineJudge(bundle);
  const { principal, actions, notes } =
    options.request === undefined
      ? await askedByEntry(cli, offline, options, options.entry ?? '')
      : await askedByRequest(cli, offline, options, options.request);
  const explainer = createExplainer(bundle, offline.judge, offline.groups);
  const explanations = actions.map((action): Explanation => explainer(principal, action));
  answer(cli, options, { digest: bundle.digest, principal, notes, actions: explanations }, () => [
    ...explanations.flatMap(explanationLines),
    ...notes.map((note) => plainText(`note: ${note}`, 400)),
  ]);
}

async function seated(offline: OfflineJudge, options: ExplainOptions, recorded: Partial<Principal>): Promise<Principal> {
  const { seatedUser } = await import('../decide/offline-judge.ts');
  const { CASE_AGENT } = await import('../decide/case.ts');
  const user = options.user ?? recorded.user ?? null;
  offline.seat(user === null ? [] : [seatedUser(user, options.group ?? [])]);
  const agent = options.as ?? recorded.agent ?? CASE_AGENT;
  return { agent, teams: options.team ?? [], user, session: recorded.session ?? null, provedBy: 'token' };
}

async function askedByRequest(cli: Cli, offline: OfflineJudge, options: ExplainOptions, file: string): Promise<Asked> {
  const { caseRehearsal } = await import('../enforce/rehearse-case.ts');
  const principal = await seated(offline, options, {});
  const raw = await bytesOf(cli, file);
  const { actions, notes } = await caseRehearsal()(raw, principal, offline.judge);
  return { principal, actions, notes };
}

async function askedByEntry(cli: Cli, offline: OfflineJudge, options: ExplainOptions, entry: string): Promise<Asked> {
  const { readRecordedVerdict } = await import('../decide/recorded-verdict.ts');
  const value: unknown = /^\d+$/.test(entry)
    ? await withOperator(cli, options, (operator) => operator.showEntry(entry))
    : jsonOf((await bytesOf(cli, entry)).toString('utf8'), entry);
  const recorded = readRecordedVerdict(value);
  if (typeof recorded === 'string') throw new InterlockError('USAGE', `${entry} can't be explained: ${recorded}`);
  const { agent, user, session } = recorded;
  const principal = await seated(offline, options, { ...(agent === null ? {} : { agent }), user, session });
  const actions = recorded.questions.map((question) => question.action);
  return { principal, actions, notes: recorded.questions.flatMap((question) => question.doubts) };
}

async function bytesOf(cli: Cli, file: string): Promise<Buffer> {
  try {
    return await readFile(resolve(cli.terminal.cwd, file));
  } catch (cause) {
    throw new InterlockError('USAGE', `cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InterlockError('USAGE', `${file} is not JSON`, { cause });
  }
}
