// The directory kept beside the chain: each change is one synced entry with its state, and takes effect at once.

import type { Ledger, StateStore } from '../record/ledger.ts';
import { addAgent, openSession, revokeAgent, rotateAgent } from './agent-changes.ts';
import { type DirectoryIndex, emptyIndex, findPrincipal, findUser, putAgent, putUser } from './directory-index.ts';
import { parseAgent, parseSession, parseUser } from './directory-records.ts';
import { type DirectoryWrites, inLine } from './directory-writes.ts';
import type { Directory, DirectoryAdmin } from './directory.ts';
import { addUser, revokeUser, rotateUser } from './user-changes.ts';

interface DirectoryOptions {
  /** Wall clock in milliseconds. */
  readonly nowMs?: () => number;
  /** Agents and users together. */
  readonly maxNames?: number;
  /** Open sessions of one agent: the oldest gives way. */
  readonly maxSessions?: number;
}

/** Loads everyone from the data folder. Throws STORE_CORRUPT when a record can't be read. */
export async function openDirectory(
  ledger: Ledger & StateStore,
  options: DirectoryOptions = {},
): Promise<Directory & DirectoryAdmin> {
  const store: DirectoryWrites = {
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
  const sessions = (await state.list('session:')).map(
    ([key, text]) => [key.slice('session:'.length), parseSession(key, text)] as const,
  );
  sessions.sort(([, a], [, b]) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
  for (const [tokenHash, session] of sessions) index.sessions.set(tokenHash, session);
  return index;
}
