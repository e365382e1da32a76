// The bundle's history in words: how it came, who is known to have wanted it, and what changed.

import type { BundleLoad, Coverage } from './bundle-shapes.ts';

const CAUSES: Readonly<Record<BundleLoad['cause'], string>> = {
  start: 'at a start',
  'file-change': 'because files changed',
  reload: 'by a reload',
  promote: 'promoted',
  rollback: 'gone back to',
};

/** Never more than is known: who owns a file need not be who changed it. */
export function whoText({ cause, user, osUser, fileOwner }: BundleLoad): string {
  if (cause !== 'promote' && cause !== 'rollback')
    return fileOwner === null ? CAUSES[cause] : `${CAUSES[cause]}; the newest file is ${fileOwner}'s`;
  if (user !== null) return `${CAUSES[cause]} by ${user}`;
  return osUser === null ? `${CAUSES[cause]} by somebody unknown` : `${CAUSES[cause]} by ${osUser} (as the command said)`;
}

/** Who wanted what was refused. */
export function refusedText(load: Pick<BundleLoad, 'cause' | 'user' | 'osUser'>): string {
  const what = load.cause === 'rollback' ? 'going back was asked for' : 'promotion was asked for';
  if (load.user !== null) return `${what} by ${load.user}`;
  return load.osUser === null ? `${what} by somebody unknown` : `${what} by ${load.osUser} (as the command said)`;
}

/** `a1b2c3d4 on main, with changes that are not committed`. */
export function gitText({ commit, branch, dirty }: NonNullable<BundleLoad['git']>): string {
  const at = `${commit === null ? 'no commit yet' : commit.slice(0, 8)}${branch === null ? '' : ` on ${branch}`}`;
  if (dirty === null) return `${at}; whether the files differ from it is not known`;
  return dirty ? `${at}, with changes that are not committed` : at;
}

export interface ChangeCount {
  readonly sign: '+' | '±' | '−';
  readonly word: 'added' | 'changed' | 'removed';
  readonly count: number;
}

export function changeCounts(changes: NonNullable<BundleLoad['changes']>): readonly ChangeCount[] {
  const all: readonly ChangeCount[] = [
    { sign: '+', word: 'added', count: changes.added.count },
    { sign: '±', word: 'changed', count: changes.changed.count },
    { sign: '−', word: 'removed', count: changes.removed.count },
  ];
  return all.filter(({ count }) => count > 0);
}

export interface CoveredPolicy {
  readonly id: string;
  readonly file: string;
  readonly covered: boolean;
  readonly live: number;
}

/** What nothing shows deciding comes first: no case and no traffic, then no case. */
export function coveredPolicies(
  told: Pick<Coverage, 'coverage' | 'live'>,
  policies: ReadonlyArray<{ readonly id: string; readonly file: string; readonly shadow: boolean }>,
): readonly CoveredPolicy[] {
  const undecided = new Set(told.coverage?.files.flatMap((file) => file.undecided.map(({ id }) => id)) ?? []);
  const live = new Map(told.live.map(({ id, count }) => [id, count]));
  return policies
    .filter(({ shadow }) => !shadow)
    .map(({ id, file }) => ({ id, file, covered: !undecided.has(id), live: live.get(id) ?? 0 }))
    .toSorted((a, b) => Number(a.covered) - Number(b.covered) || a.live - b.live || (a.id < b.id ? -1 : 1));
}
