// Who there is: agents and users with their hashed tokens, kept beside the chain. The contract; directory-store.ts implements it.

import type { Principal } from './principal.ts';

export interface AgentRecord {
  readonly name: string;
  readonly teams: readonly string[];
  readonly user: string | null;
  /** SHA-256 of the token, hex. Tokens are 256 random bits, so a plain hash can't be guessed back. */
  readonly tokenHash: string;
  /** Grows with each rotation; session tokens of an older generation are void. */
  readonly generation: number;
  readonly state: 'active' | 'revoked';
  readonly createdAt: string;
}

export interface UserRecord {
  readonly name: string;
  readonly groups: readonly string[];
  readonly tokenHash: string;
  readonly state: 'active' | 'revoked';
  readonly createdAt: string;
}

/** Read side, in memory: what the hot path asks. */
export interface Directory {
  /** Grows with every change of agents and users, and when a session ends early; part of decide's memo key. */
  readonly generation: number;
  agent(name: string): AgentRecord | undefined;
  user(name: string): UserRecord | undefined;
  agents(): readonly AgentRecord[];
  users(): readonly UserRecord[];
  /**
   * Constant-time. `username` is `agent` or `agent~session`; null for Bearer, where the token alone tells who. Answers null for no such
   * agent, revoked, or a wrong token. With the agent's own token a session is a label; a session's token proves its own session only.
   */
  authenticateAgent(username: string | null, token: string): Principal | null;
  /** The active user whose token this is, or null. */
  authenticateUser(token: string): UserRecord | null;
}

/** Write side: each change is one atomic batch of state and ledger entry. Tokens are returned once and never stored. */
export interface DirectoryAdmin {
  addAgent(
    name: string,
    options: { readonly teams: readonly string[]; readonly user: string | null },
  ): Promise<{ readonly agent: AgentRecord; readonly token: string }>;
  rotateAgent(name: string): Promise<{ readonly agent: AgentRecord; readonly token: string }>;
  revokeAgent(name: string): Promise<AgentRecord>;
  /** A token for a fresh session of this agent, for `exec` and `env`. */
  openSession(name: string): Promise<{ readonly session: string; readonly token: string; readonly username: string }>;
  addUser(
    name: string,
    options: { readonly groups: readonly string[] },
  ): Promise<{ readonly user: UserRecord; readonly token: string }>;
  rotateUser(name: string): Promise<{ readonly user: UserRecord; readonly token: string }>;
  revokeUser(name: string): Promise<UserRecord>;
}
