// `interlock policy explain`: why a request, a ledger entry or a case comes out as it does under a bundle, and what would make it pass.

import type { Command } from 'commander';
import type { Explanation } from '../decide/explanation.ts';
import { InterlockError } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import { bundleDirectory } from './bundle-directory.ts';
import type { Cli } from './cli.ts';
import { answer, leaf, listed } from './common-options.ts';
import { type ExplainOptions, explainedQuestion } from './explained-question.ts';
import { explanationLines } from './explanation-text.ts';
import { trialLines } from './trial-text.ts';

export function registerPolicyExplain(policy: Command, cli: Cli): void {
  leaf(
    policy,
    'explain [dir]',
    'show why a request, an entry or a case comes out as it does: what matched, what stood in the way, and which constraint of the bundle would make it pass',
    [
      'policy explain --request refund.http --as support-bot --team support',
      'policy explain --entry 42',
      'policy explain ./candidate --entry entry.json --team support --json',
      'policy explain ./policies --case "a large refund"',
    ],
  )
    .option('--request <file>', 'a whole request: request line, fields, an empty line, the body')
    .option('--entry <id>', 'a verdict entry of the ledger by its id, or a file as `ledger show --json` prints it')
    .option('--case <name>', "a case of the bundle's case files, by its name or a part that only one has")
    .option('--as <agent>', 'who asks (default: the agent of the entry or case, or case-agent)')
    .option('--team <teams>', "the agent's teams, comma-separated (default for an entry by its id: the directory's)", listed)
    .option('--user <user>', 'whom the agent acts for')
    .option('--group <groups>', "that user's groups, comma-separated (default for an entry by its id: the directory's)", listed)
    .action((directory: string | undefined, _: ExplainOptions, command: Command) =>
      explain(cli, directory, command.optsWithGlobals()),
    );
}

async function explain(cli: Cli, named: string | undefined, options: ExplainOptions): Promise<void> {
  if ([options.request, options.entry, options.case].filter((one) => one !== undefined).length !== 1)
    throw new InterlockError('USAGE', 'say what to explain: --request FILE, --entry ID or --case NAME');
  const directory = await bundleDirectory(cli, named, options);
  const { loadBundle } = await import('../decide/bundle.ts');
  const { createOfflineJudge } = await import('../decide/offline-judge.ts');
  const { createExplainer } = await import('../decide/explanation.ts');
  const bundle = await loadBundle(directory);
  const offline = createOfflineJudge(bundle);
  const asked = await explainedQuestion({ cli, options, bundle, offline });
  const { principal, verdict, reason, constraints, together, notes } = asked;
  const explainer = createExplainer(bundle, offline.judge, offline.groups);
  const actions = asked.actions.map((action): Explanation => explainer(principal, action));
  answer(cli, options, { digest: bundle.digest, principal, notes, verdict, reason, actions, constraints, together }, () => [
    ...actions.flatMap(explanationLines),
    // A constraint that could not be carried out is a BLOCK that no action alone shows.
    ...(actions.some(({ judged }) => judged.verdict === verdict) ? [] : [plainText(`${verdict}: ${reason}`, 400)]),
    ...trialLines(asked),
    ...notes.map((note) => plainText(`note: ${note}`, 400)),
  ]);
}
