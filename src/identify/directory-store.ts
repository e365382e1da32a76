// The directory kept beside the chain: each change is one synced entry with its state, and takes effect at once.

import { randomBytes } from 'node:crypto';
import { InterlockError } from '../errors.ts';
import { emptyIndex, findPrincipal, findUser, putAgent, putUser, SESSION_ID_PREFIX } from './directory-index.ts';
import { agentKey, parseAgent, parseSession, parseUser, sessionKey, userKey } from './directory-records.ts';
import { checkName } from './name.ts';
import { hashToken, mintToken } from './token.ts';
import type { DirectoryBody } from '../record/entry.ts';
import type { Ledger, StateChange, StateStore } from '../record/ledger.ts';
import type { AgentRecord, Directory, DirectoryAdmin, UserRecord } from './directory.ts';
import type { DirectoryIndex } from './directory-index.ts';

export interface DirectoryOptions {
  /** Wall clock in milliseconds. */
  readonly nowMs?: () => number;
  /** Agents and users together. */
  readonly maxNames?: number;
  /** Open sessions of one agent: the oldest gives way. */
  readonly maxSessions?: number;
}

/** A session ends this long after it was opened, used or not: tokens in shell histories and CI logs die by themselves. */
const SESSION_SECONDS = 7 * 86_400;

interface Store {
  readonly ledger: Ledger;
  readonly index: DirectoryIndex;
  readonly nowMs: () => number;
  readonly maxNames: number;
  readonly maxSessions: number;
  generation: number;
  /** Changes stand in line: two `add`s of one name at once must not both find it free. */
  line: Promise<unknown>;
}

/** Loads everyone from the data folder. Throws STORE_CORRUPT when a record can't be read. */
export async function openDirectory(ledger: Ledger & StateStore, options: DirectoryOptions = {}): Promise<Directory & DirectoryAdmin> {
  const store: Store = {
    ledger,
    index: await loadIndex(ledger),
    nowMs: options.nowMs ?? Date.now,
    maxNames: options.maxNames ?? 10_000,
    maxSessions: options.maxSessions ?? 1_000,
    generation: 1,
    line: Promise.resolve(),
  };
  const { index } = store;
  return {
    get generation() {
      return store.generation;
    },
    agent: (name) => index.agents.get(name),
    user: (name) => index.users.get(name),
    agents: () => [...index.agents.values()],
    users: () => [...index.users.values()],
    authenticateAgent: (username, token) => findPrincipal(index, username, token, store.nowMs()),
    authenticateUser: (token) => findUser(index, token),
    addAgent: (name, { teams, user }) => inLine(store, () => addAgent(store, name, teams, user)),
    rotateAgent: (name) => inLine(store, () => rotateAgent(store, name)),
    revokeAgent: (name) => inLine(store, () => revokeAgent(store, name)),
    openSession: (name) => inLine(store, () => openSession(store, name)),
    addUser: (name, { groups }) => inLine(store, () => addUser(store, name, groups)),
    rotateUser: (name) => inLine(store, () => rotateUser(store, name)),
    revokeUser: (name) => inLine(store, () => revokeUser(store, name)),
  };
}

async function loadIndex(state: StateStore): Promise<DirectoryIndex> {
  const index = emptyIndex();
  for (const [key, text] of await state.list('agent:')) putAgent(index, parseAgent(key, text));
  for (const [key, text] of await state.list('user:')) putUser(index, parseUser(key, text));
  const sessions = (await state.list('session:')).map(([key, text]) => [key.slice('session:'.length), parseSession(key, text)] as const);
  sessions.sort(([, a], [, b]) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
  for (const [tokenHash, session] of sessions) index.sessions.set(tokenHash, session);
  return index;
}

async function inLine<T>(store: Store, change: () => Promise<T>): Promise<T> {
  const turn = store.line.then(change);
  store.line = turn.catch(() => undefined);
  return turn;
}

async function addAgent(store: Store, name: string, teams: readonly string[], user: string | null): Promise<{ agent: AgentRecord; token: string }> {
  checkName('agent', name);
  for (const team of teams) checkName('team', team);
  if (user !== null) checkName('user', user);
  const before = store.index.agents.get(name);
  if (before?.state === 'active') throw taken('agent', name);
  checkRoom(store);
  const token = mintToken('agent');
  // A name that comes back after a revocation keeps counting, so that no session of its first life wakes up.
  const generation = (before?.generation ?? 0) + 1;
  const agent: AgentRecord = { name, teams: [...new Set(teams)].sort(), user, tokenHash: hashToken(token), generation, state: 'active', createdAt: now(store) };
  await writeAgent(store, 'added', agent);
  return { agent, token };
}

async function rotateAgent(store: Store, name: string): Promise<{ agent: AgentRecord; token: string }> {
  const before = activeAgent(store, name);
  const token = mintToken('agent');
  const agent: AgentRecord = { ...before, tokenHash: hashToken(token), generation: before.generation + 1 };
  await writeAgent(store, 'rotated', agent);
  return { agent, token };
}

async function revokeAgent(store: Store, name: string): Promise<AgentRecord> {
  const before = activeAgent(store, name);
  const agent: AgentRecord = { ...before, state: 'revoked', generation: before.generation + 1 };
  await writeAgent(store, 'revoked', agent);
  return agent;
}

/** Writes the agent and ends its sessions, in one batch. */
async function writeAgent(store: Store, move: DirectoryBody['move'], agent: AgentRecord): Promise<void> {
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
async function openSession(store: Store, name: string): Promise<{ session: string; token: string; username: string }> {
  const agent = activeAgent(store, name);
  const token = mintToken('session');
  const tokenHash = hashToken(token);
  const id = SESSION_ID_PREFIX + randomBytes(8).toString('hex');
  const session = { id, agent: name, generation: agent.generation, expiresAt: new Date(store.nowMs() + SESSION_SECONDS * 1000).toISOString() };
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

function sessionsOf(store: Store, name: string): string[] {
  return [...store.index.sessions].filter(([, session]) => session.agent === name).map(([tokenHash]) => tokenHash);
}

/** Everybody's expired sessions, and the oldest of this agent when it has its fill: the table can't grow without bound. */
function endedSessions(store: Store, name: string): string[] {
  const nowMs = store.nowMs();
  const expired = [...store.index.sessions].filter(([, session]) => nowMs >= Date.parse(session.expiresAt)).map(([tokenHash]) => tokenHash);
  const live = sessionsOf(store, name).filter((tokenHash) => !expired.includes(tokenHash));
  return [...expired, ...live.slice(0, Math.max(0, live.length - store.maxSessions + 1))];
}

async function addUser(store: Store, name: string, groups: readonly string[]): Promise<{ user: UserRecord; token: string }> {
  checkName('user', name);
  for (const group of groups) checkName('group', group);
  if (store.index.users.get(name)?.state === 'active') throw taken('user', name);
  checkRoom(store);
  const token = mintToken('user');
  const user: UserRecord = { name, groups: [...new Set(groups)].sort(), tokenHash: hashToken(token), state: 'active', createdAt: now(store) };
  await writeUser(store, 'added', user);
  return { user, token };
}

async function rotateUser(store: Store, name: string): Promise<{ user: UserRecord; token: string }> {
  const token = mintToken('user');
  const user: UserRecord = { ...activeUser(store, name), tokenHash: hashToken(token) };
  await writeUser(store, 'rotated', user);
  return { user, token };
}

async function revokeUser(store: Store, name: string): Promise<UserRecord> {
  const user: UserRecord = { ...activeUser(store, name), state: 'revoked' };
  await writeUser(store, 'revoked', user);
  return user;
}

async function writeUser(store: Store, move: DirectoryBody['move'], user: UserRecord): Promise<void> {
  const parents = user.groups.map((id) => ({ type: 'Group', id }));
  await write(store, { type: 'directory', move, entity: { type: 'User', id: user.name }, parents }, [
    { put: userKey(user.name), value: JSON.stringify(user) },
  ]);
  putUser(store.index, user);
  store.generation += 1;
}

/** INVARIANT: memory changes only after the entry is on disk, so nobody acts on a change that a crash would undo. */
async function write(store: Store, body: DirectoryBody, state: readonly StateChange[]): Promise<void> {
  await store.ledger.append(body, 'synced', state);
}

function now(store: Store): string {
  return new Date(store.nowMs()).toISOString();
}

function activeAgent(store: Store, name: string): AgentRecord {
  const agent = store.index.agents.get(checkName('agent', name));
  if (agent?.state === 'active') return agent;
  throw unknown('agent', name, agent !== undefined);
}

function activeUser(store: Store, name: string): UserRecord {
  const user = store.index.users.get(checkName('user', name));
  if (user?.state === 'active') return user;
  throw unknown('user', name, user !== undefined);
}

function checkRoom(store: Store): void {
  if (store.index.agents.size + store.index.users.size < store.maxNames) return;
  throw new InterlockError('NAME_INVALID', `the directory is full: it holds ${store.maxNames} agents and users`);
}

function taken(kind: string, name: string): InterlockError {
  return new InterlockError('NAME_TAKEN', `${kind} \`${name}\` exists already`, { hint: `\`interlock ${kind}s rotate ${name}\` makes a new token` });
}

function unknown(kind: string, name: string, revoked: boolean): InterlockError {
  const state = revoked ? 'is revoked' : 'does not exist';
  return new InterlockError('NAME_UNKNOWN', `${kind} \`${name}\` ${state}`, { hint: `\`interlock ${kind}s add ${name}\` adds it` });
}
