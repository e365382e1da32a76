// What `policy promote` and `policy rollback` share: options, who asks, and what is said when it is done.

import type { Command } from 'commander';
import type { BundleChanged, ChangeRequest } from '../rollout/bundle-changer.ts';
import type { WholeBundle } from '../rollout/bundle-diff.ts';
import type { Cli } from './cli.ts';
import type { CommonOptions } from './common-options.ts';
import { osUser } from './os-user.ts';

export interface ChangeOptions extends CommonOptions {
  readonly reason?: string;
  readonly token?: string;
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
}

export function withChangeOptions(command: Command): Command {
  return command
    .option('--reason <text>', 'why, for the record')
    .option('--token <token>', "a user's token, to be on record as that user (default: $INTERLOCK_TOKEN)")
    .option('--overwrite', 'replace files in the policies directory that were never loaded')
    .option('--dry-run', 'check and show only');
}

export async function changeRequest(cli: Cli, options: ChangeOptions, present: WholeBundle | null): Promise<ChangeRequest> {
  const { wholeDigest } = await import('../rollout/whole-bundle.ts');
  return {
    ...whoAsks(cli, options),
    before: present === null ? null : wholeDigest(present),
    overwrite: options.overwrite === true,
  };
}

export function whoAsks(cli: Cli, options: ChangeOptions): Pick<ChangeRequest, 'token' | 'osUser' | 'reason'> {
  const token = options.token ?? cli.terminal.env['INTERLOCK_TOKEN'];
  return {
    token: token === undefined || token === '' ? null : token,
    osUser: osUser(cli.terminal.env),
    reason: options.reason ?? '',
  };
}

export function changedLines({ digest, entry, running }: BundleChanged): string[] {
  const short = digest.slice(0, 16);
  if (!running)
    return [`${short} is in the policies directory (entry ${entry ?? '-'}). No gateway runs: the next start loads it.`];
  if (entry === null) return [`${short} was in force already; what lies in its cases is in place now.`];
  return [`${short} is in force (entry ${entry}).`];
}
