// Agents and users as they are shown.

import type { AgentRecord, UserRecord } from '../identify/directory.ts';
import type { AgentView, UserView } from './operator.ts';

/** INVARIANT: no hash of a token leaves the directory. */
export function agentView({ tokenHash: _hash, ...view }: AgentRecord): AgentView {
  return view;
}

export function userView({ tokenHash: _hash, ...view }: UserRecord): UserView {
  return view;
}
