// Agents and their sessions: added, rotated, revoked, opened. Each change is one entry with its state.

import { randomBytes } from 'node:crypto';
import type { DirectoryBody } from '../record/entry.ts';
import { putAgent, SESSION_ID_PREFIX } from './directory-index.ts';
import { agentKey, sessionKey } from './directory-records.ts';
import { checkRoom, type DirectoryWrites, now, taken, unknown, write } from './directory-writes.ts';
import type { AgentRecord } from './directory.ts';
import { checkName } from './name.ts';
import { hashToken, mintToken } from './token.ts';

/** A session ends this long after it was opened, used or not: tokens in shell histories and CI logs die by themselves. */
const SESSION_SECONDS = 7 * 86_400;

export async function addAgent(
  store: DirectoryWrites,
  name: string,
  teams: readonly string[],
  user: string | null,
): Promise<{ agent: AgentRecord; token: string }> {
  checkName('agent', name);
  for (const team of teams) checkName('team', team);
  if (user !== null) checkName('user', user);
  const before = store.index.agents.get(name);
  if (before?.state === 'active') throw taken('agent', name);
  checkRoom(store);
  const token = mintToken('agent');
  // A name that comes back after a revocation keeps counting, so that no session of its first life wakes up.
  const generation = (before?.generation ?? 0) + 1;
  const agent: AgentRecord = {
    name,
    teams: [...new Set(teams)].sort(),
    user,
    tokenHash: hashToken(token),
    generation,
    state: 'active',
    createdAt: now(store),
  };
  await writeAgent(store, 'added', agent);
  return { agent, token };
}

export async function rotateAgent(store: DirectoryWrites, name: string): Promise<{ agent: AgentRecord; token: string }> {
  const before = activeAgent(store, name);
  const token = mintToken('agent');
  const agent: AgentRecord = { ...before, tokenHash: hashToken(token), generation: before.generation + 1 };
  await writeAgent(store, 'rotated', agent);
  return { agent, token };
}

export async function revokeAgent(store: DirectoryWrites, name: string): Promise<AgentRecord> {
  const before = activeAgent(store, name);
  const agent: AgentRecord = { ...before, state: 'revoked', generation: before.generation + 1 };
  await writeAgent(store, 'revoked', agent);
  return agent;
}

/** Writes the agent and ends its sessions, in one batch. */
async function writeAgent(store: DirectoryWrites, move: DirectoryBody['move'], agent: AgentRecord): Promise<void> {
  const ended = sessionsOf(store, agent.name);
  const parents = agent.teams.map((id) => ({ type: 'Team', id }));
  await write(store, { type: 'directory', move, entity: { type: 'Agent', id: agent.name }, parents }, [
    { put: agentKey(agent.name), value: JSON.stringify(agent) },
    ...ended.map((tokenHash) => ({ del: sessionKey(tokenHash) })),
  ]);
  for (const tokenHash of ended) store.index.sessions.delete(tokenHash);
  putAgent(store.index, agent);
  store.generation += 1;
}

/** Sessions are no entities: opening one leaves the generation as it is, so decisions stay memoised. */
export async function openSession(
  store: DirectoryWrites,
  name: string,
): Promise<{ session: string; token: string; username: string }> {
  const agent = activeAgent(store, name);
  const token = mintToken('session');
  const tokenHash = hashToken(token);
  const id = SESSION_ID_PREFIX + randomBytes(8).toString('hex');
  const session = {
    id,
    agent: name,
    generation: agent.generation,
    expiresAt: new Date(store.nowMs() + SESSION_SECONDS * 1000).toISOString(),
  };
  const ended = endedSessions(store, name);
  const entity = { type: 'Session', id: `${name}~${id}` };
  await write(store, { type: 'directory', move: 'session', entity, parents: [{ type: 'Agent', id: name }] }, [
    { put: sessionKey(tokenHash), value: JSON.stringify(session) },
    ...ended.map((old) => ({ del: sessionKey(old) })),
  ]);
  for (const old of ended) store.index.sessions.delete(old);
  if (ended.length > 0) store.generation += 1;
  store.index.sessions.set(tokenHash, session);
  return { session: id, token, username: `${name}~${id}` };
}

function sessionsOf(store: DirectoryWrites, name: string): string[] {
  return [...store.index.sessions].filter(([, session]) => session.agent === name).map(([tokenHash]) => tokenHash);
}

/** Everybody's expired sessions, and the oldest of this agent when it has its fill: the table can't grow without bound. */
function endedSessions(store: DirectoryWrites, name: string): string[] {
  const nowMs = store.nowMs();
  const expired = new Set(
    [...store.index.sessions].filter(([, session]) => nowMs >= Date.parse(session.expiresAt)).map(([tokenHash]) => tokenHash),
  );
  const live = sessionsOf(store, name).filter((tokenHash) => !expired.has(tokenHash));
  return [...expired, ...live.slice(0, Math.max(0, live.length - store.maxSessions + 1))];
}

function activeAgent(store: DirectoryWrites, name: string): AgentRecord {
  const agent = store.index.agents.get(checkName('agent', name));
  if (agent?.state === 'active') return agent;
  throw unknown('agent', name, agent !== undefined);
}
