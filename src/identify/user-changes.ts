// Users: added, rotated, revoked. Each change is one entry with its state.

import type { DirectoryBody } from '../record/entry.ts';
import { putUser } from './directory-index.ts';
import { userKey } from './directory-records.ts';
import { checkRoom, type DirectoryWrites, now, taken, unknown, write } from './directory-writes.ts';
import type { UserRecord } from './directory.ts';
import { checkName } from './name.ts';
import { hashToken, mintToken } from './token.ts';

export async function addUser(
  store: DirectoryWrites,
  name: string,
  groups: readonly string[],
): Promise<{ user: UserRecord; token: string }> {
  checkName('user', name);
  for (const group of groups) checkName('group', group);
  if (store.index.users.get(name)?.state === 'active') throw taken('user', name);
  checkRoom(store);
  const token = mintToken('user');
  const user: UserRecord = {
    name,
    groups: [...new Set(groups)].sort(),
    tokenHash: hashToken(token),
    state: 'active',
    createdAt: now(store),
  };
  await writeUser(store, 'added', user);
  return { user, token };
}

export async function rotateUser(store: DirectoryWrites, name: string): Promise<{ user: UserRecord; token: string }> {
  const token = mintToken('user');
  const user: UserRecord = { ...activeUser(store, name), tokenHash: hashToken(token) };
  await writeUser(store, 'rotated', user);
  return { user, token };
}

export async function revokeUser(store: DirectoryWrites, name: string): Promise<UserRecord> {
  const user: UserRecord = { ...activeUser(store, name), state: 'revoked' };
  await writeUser(store, 'revoked', user);
  return user;
}

async function writeUser(store: DirectoryWrites, move: DirectoryBody['move'], user: UserRecord): Promise<void> {
  const parents = user.groups.map((id) => ({ type: 'Group', id }));
  await write(store, { type: 'directory', move, entity: { type: 'User', id: user.name }, parents }, [
    { put: userKey(user.name), value: JSON.stringify(user) },
  ]);
  putUser(store.index, user);
  store.generation += 1;
}

function activeUser(store: DirectoryWrites, name: string): UserRecord {
  const user = store.index.users.get(checkName('user', name));
  if (user?.state === 'active') return user;
  throw unknown('user', name, user !== undefined);
}
