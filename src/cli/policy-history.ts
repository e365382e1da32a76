// `interlock policy history`: which bundles were in force, since when, what changed and who is known to have wanted it.

import { type Command, InvalidArgumentError } from 'commander';
import type { BundleMove } from '../serve/bundle-move.ts';
import type { BundlePage } from '../serve/bundle-page.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf, withOperator } from './common-options.ts';
import { table } from './table.ts';

interface HistoryOptions extends CommonOptions {
  readonly limit?: number;
  readonly before?: number;
}

const MOST = 200;

export function registerPolicyHistory(policy: Command, cli: Cli): void {
  leaf(policy, 'history', 'which bundles were in force, what each changed and who did it, newest first', [
    'policy history',
    'policy history --limit 5 --json',
  ])
    .option('--limit <count>', 'how many (20)', count)
    .option('--before <sequence>', 'older than this one: what a page before ended with', count)
    .action((_: HistoryOptions, command: Command) => history(cli, command.optsWithGlobals()));
}

async function history(cli: Cli, options: HistoryOptions): Promise<void> {
  const { limit = 20, before } = options;
  const page = await withOperator(cli, options, (operator) =>
    operator.bundleHistory({ limit: Math.min(limit, MOST), ...(before === undefined ? {} : { before }) }),
  );
  answer(cli, options, page, () => lines(page));
}

function lines({ moves, inForce, next }: BundlePage): string[] {
  if (moves.length === 0) return ['No bundle is on record.'];
  const rows = moves.map((move) => [
    move.digest !== null && move.digest === inForce ? '*' : '',
    move.at,
    move.move,
    `${move.digest?.slice(0, 16) ?? '-'}${move.digest !== null && !move.kept ? ' (not kept)' : ''}`,
    whoOf(move),
    commitOf(move),
    changesOf(move),
  ]);
  return [
    ...table(['', 'WHEN', 'WHAT', 'DIGEST', 'WHO', 'COMMIT', 'CHANGES'], rows),
    ...(inForce === null ? [] : ['* in force']),
    ...(next === null ? [] : [`Older ones: --before ${next}`]),
  ];
}

/** INVARIANT: never more than is known. */
function whoOf({ load }: BundleMove): string {
  if (load === null) return '';
  const reason = load.reason === '' ? '' : `: ${load.reason}`;
  if (load.user !== null) return `${load.user} (${load.cause})${reason}`;
  if (load.osUser !== null) return `${load.osUser}, as the command said (${load.cause})${reason}`;
  return `unknown (${load.cause})${load.fileOwner === null ? '' : `, files of ${load.fileOwner}`}`;
}

function commitOf({ load }: BundleMove): string {
  const git = load?.git ?? null;
  if (git === null) return '-';
  const changed = git.dirty === false ? '' : git.dirty === true ? ' changed since' : ' not compared';
  return `${git.commit?.slice(0, 12) ?? 'none'}${git.branch === null ? '' : ` ${git.branch}`}${changed}`;
}

function changesOf({ load, note, move }: BundleMove): string {
  if (move === 'rejected') return note.split('\n')[0] ?? '';
  const changes = load?.changes ?? null;
  if (changes === null) return load?.previous === null ? 'the first' : 'not known';
  const counts = [
    `+${changes.added.count} ~${changes.changed.count} -${changes.removed.count} policies`,
    ...(changes.files.length === 0 ? [] : [changes.files.join(' ')]),
  ];
  return counts.join(', ');
}

function count(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number above 0.');
}
