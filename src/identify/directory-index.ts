// Agents, users and sessions in memory, and the one check of the hot path: whose token is this?

import { parseUsername } from './credentials.ts';
import { hashToken, sameHash, tokenKind } from './token.ts';
import type { AgentRecord, UserRecord } from './directory.ts';
import type { SessionRecord } from './directory-records.ts';
import type { Principal } from './principal.ts';

/** Compared with when there is nobody to compare with, so that an unknown name takes the time of a wrong token. */
const NOBODY = hashToken('nobody');

/** Ids that openSession makes begin so; a caller's own label may not (it would look like another's session on record). */
export const SESSION_ID_PREFIX = 's-';

export interface DirectoryIndex {
  readonly agents: Map<string, AgentRecord>;
  readonly users: Map<string, UserRecord>;
  /** By the hash of their token, oldest first. */
  readonly sessions: Map<string, SessionRecord>;
  /** Names by the hash of the token, for callers that bring no name. */
  readonly agentByHash: Map<string, string>;
  readonly userByHash: Map<string, string>;
}

export function emptyIndex(): DirectoryIndex {
  return { agents: new Map(), users: new Map(), sessions: new Map(), agentByHash: new Map(), userByHash: new Map() };
}

export function putAgent(index: DirectoryIndex, agent: AgentRecord): void {
  const before = index.agents.get(agent.name);
  if (before !== undefined) index.agentByHash.delete(before.tokenHash);
  index.agents.set(agent.name, agent);
  index.agentByHash.set(agent.tokenHash, agent.name);
}

export function putUser(index: DirectoryIndex, user: UserRecord): void {
  const before = index.users.get(user.name);
  if (before !== undefined) index.userByHash.delete(before.tokenHash);
  index.users.set(user.name, user);
  index.userByHash.set(user.tokenHash, user.name);
}

/** See Directory.authenticateAgent. `nowMs` is wall-clock time. */
export function findPrincipal(index: DirectoryIndex, username: string | null, token: string, nowMs: number): Principal | null {
  const claimed = username === null ? { agent: null, session: null } : parseUsername(username);
  const tokenHash = hashToken(token);
  if (claimed === null) return null;
  return tokenKind(token) === 'session'
    ? bySessionToken(index, claimed, tokenHash, nowMs)
    : byAgentToken(index, claimed, tokenHash);
}

interface Claimed {
  readonly agent: string | null;
  readonly session: string | null;
}

function byAgentToken(index: DirectoryIndex, claimed: Claimed, tokenHash: string): Principal | null {
  const name = claimed.agent ?? index.agentByHash.get(tokenHash) ?? '';
  const agent = index.agents.get(name);
  const proved = sameHash(tokenHash, agent?.tokenHash ?? NOBODY);
  if (agent === undefined || !proved || agent.state !== 'active') return null;
  if (claimed.session?.startsWith(SESSION_ID_PREFIX) === true) return null;
  return { agent: agent.name, teams: agent.teams, user: agent.user, session: claimed.session, provedBy: 'token' };
}

function bySessionToken(index: DirectoryIndex, claimed: Claimed, tokenHash: string, nowMs: number): Principal | null {
  // The map's key is a hash of 256 random bits: what its look-up time tells can't be turned into the token.
  const session = index.sessions.get(tokenHash);
  const agent = index.agents.get(session?.agent ?? claimed.agent ?? '');
  sameHash(tokenHash, agent?.tokenHash ?? NOBODY);
  if (session === undefined || agent === undefined || agent.state !== 'active') return null;
  if (session.generation !== agent.generation || !(nowMs < Date.parse(session.expiresAt))) return null;
  if (claimed.agent !== null && claimed.agent !== session.agent) return null;
  if (claimed.session !== null && claimed.session !== session.id) return null;
  return { agent: agent.name, teams: agent.teams, user: agent.user, session: session.id, provedBy: 'session-token' };
}

/** See Directory.authenticateUser. INVARIANT: an agent's or session's token is nobody's user token (threat D1). */
export function findUser(index: DirectoryIndex, token: string): UserRecord | null {
  const tokenHash = hashToken(token);
  const user = index.users.get(index.userByHash.get(tokenHash) ?? '');
  const proved = sameHash(tokenHash, user?.tokenHash ?? NOBODY);
  return user !== undefined && proved && user.state === 'active' && tokenKind(token) === 'user' ? user : null;
}
