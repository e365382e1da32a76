// `interlock policy diff`: how two bundles differ, policy by policy.

import type { Command } from 'commander';
import { bundleDirectory } from './bundle-directory.ts';
import { diffLines } from './bundle-diff-text.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf } from './common-options.ts';
import { namedBundle } from './named-bundle.ts';

export function registerPolicyDiff(policy: Command, cli: Cli): void {
  leaf(
    policy,
    'diff <bundle> [other]',
    "how two bundles differ, each a directory or a digest of one that was in force; of one alone, how it differs from the configuration's policiesDir",
    ['policy diff ./next', 'policy diff 3f9a1c07 ./next', 'policy diff 3f9a1c07 b81d22e4 --json'],
  ).action((bundle: string, other: string | undefined, _: CommonOptions, command: Command) =>
    diff(cli, bundle, other, command.optsWithGlobals()),
  );
}

async function diff(cli: Cli, bundle: string, other: string | undefined, options: CommonOptions): Promise<void> {
  const [{ bundleDiff }, { readWhole }] = await Promise.all([
    import('../rollout/bundle-diff.ts'),
    import('../rollout/whole-bundle.ts'),
  ]);
  const named = await namedBundle(cli, bundle, options);
  const [from, to] =
    other === undefined
      ? [await readWhole(await bundleDirectory(cli, undefined, options)), named]
      : [named, await namedBundle(cli, other, options)];
  const found = await bundleDiff(from, to);
  answer(cli, options, found, () => diffLines(found));
}
