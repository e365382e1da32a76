// Who asks what `policy explain` explains: the command line says it, else the case, the entry or the directory.

import type { CaseAsker } from '../decide/case.ts';
import type { OfflineJudge } from '../decide/offline-judge.ts';
import type { RecordedVerdict } from '../decide/recorded-verdict.ts';
import type { Principal } from '../identify/principal.ts';
import type { Operator } from '../serve/operator.ts';

/** What the command line says of it. */
export interface Asking {
  readonly as?: string;
  readonly team?: readonly string[];
  readonly user?: string;
  readonly group?: readonly string[];
}

/** What is known of it otherwise. */
export interface Known {
  readonly agent?: string | null;
  readonly teams?: readonly string[];
  readonly user?: string | null;
  readonly groups?: readonly string[];
  readonly session?: string | null;
}

/** With its user where the offline judge looks for users. */
export async function seated(offline: OfflineJudge, options: Asking, known: Known): Promise<Principal> {
  const { seatedUser } = await import('../decide/offline-judge.ts');
  const { CASE_AGENT } = await import('../decide/case.ts');
  const user = options.user ?? known.user ?? null;
  offline.seat(user === null ? [] : [seatedUser(user, options.group ?? known.groups ?? [])]);
  const agent = options.as ?? known.agent ?? CASE_AGENT;
  return { agent, teams: options.team ?? known.teams ?? [], user, session: known.session ?? null, provedBy: 'token' };
}

/** In which teams and groups they are now, and what is to be said of it. */
export async function directoryOf(
  operator: Operator,
  recorded: RecordedVerdict,
  options: Asking,
): Promise<{ readonly known: Known; readonly notes: readonly string[] }> {
  const name = options.as ?? recorded.agent;
  const userName = options.user ?? recorded.user;
  const agent = (await operator.listAgents()).find((each) => each.name === name);
  const user = (await operator.listUsers()).find((each) => each.name === userName);
  const who = [
    ...(options.team === undefined && name !== null ? [nowText('agent', name, agent?.state, 'teams', agent?.teams ?? [])] : []),
    ...(options.group === undefined && userName !== null
      ? [nowText('user', userName, user?.state, 'groups', user?.groups ?? [])]
      : []),
  ];
  // A revoked user is in no group, as on the wire.
  const groups = user?.state === 'active' ? user.groups : [];
  return { known: { teams: agent?.teams ?? [], groups }, notes: who };
}

function nowText(
  kind: string,
  name: string,
  state: string | undefined,
  of: 'teams' | 'groups',
  names: readonly string[],
): string {
  if (state === undefined) return `the directory has no ${kind} ${name} now, so no ${of} of theirs were judged with`;
  const listed = names.length === 0 ? 'none' : names.join(', ');
  const revoked = state === 'active' ? '' : `, and the ${kind} is revoked`;
  return `${of} of the ${kind} ${name} are those of the directory now: ${listed}${revoked} (an entry does not record them)`;
}

export function askerOf({ agent, teams, user, groups }: CaseAsker): Known {
  return { agent, teams, user, groups };
}
