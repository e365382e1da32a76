// Which entities a question takes along: the bundle's and the directory's, joined, and only as far as they can be reached.

import type { EntityRef } from '../classify/action.ts';
import type { Directory } from '../identify/directory.ts';
import type { Principal } from '../identify/principal.ts';
import type { CedarEntity, CedarUid } from './engine.ts';
import { uidKey } from './entities.ts';
import type { EntityMap } from './entities.ts';

/** What decide asks of the directory: whose groups count, and since when. */
export type Groups = Pick<Directory, 'generation' | 'user'>;

export interface EntityBook {
  /** The agent with its teams, and with the user it acts for. */
  agent(principal: Principal): CedarEntity;
  /** With the groups of the directory and the bundle; without any once the user is revoked. */
  user(name: string): CedarEntity;
  resource(ref: EntityRef, parents: readonly EntityRef[]): CedarEntity;
  /** `from`, and every entity of the bundle or user of the directory that an attribute or ancestor of theirs leads to. */
  reach(from: readonly CedarEntity[], entered: readonly EntityRef[]): CedarEntity[];
  /** Names of the entities that `of` is in, itself first, when `built` are as they are given here and the rest as it is listed. */
  above(of: CedarEntity, built: readonly CedarEntity[]): ReadonlyMap<string, CedarUid>;
  /** An attribute that is plain text, of an entity of the bundle. */
  text(ref: EntityRef, attribute: string): string | undefined;
  /** True only for an attribute that is `true`. */
  flag(ref: EntityRef, attribute: string): boolean;
}

export function createEntityBook(entities: EntityMap, directory: Groups): EntityBook {
  const listed = (ref: CedarUid): CedarEntity | undefined => entities.get(uidKey(ref.type, ref.id));

  function user(name: string): CedarEntity {
    const uid = { type: 'User', id: name };
    const record = directory.user(name);
    const known = listed(uid);
    if (record?.state === 'revoked') return { uid, attrs: {}, parents: [] };
    const groups = (record?.groups ?? []).map((group) => ({ type: 'Group', id: group }));
    return { uid, attrs: known?.attrs ?? {}, parents: [...groups, ...uidsOf(known)] };
  }

  function find(uid: CedarUid): CedarEntity | undefined {
    return uid.type === 'User' ? user(uid.id) : listed(uid);
  }

  return {
    agent(principal) {
      const uid = { type: 'Agent', id: principal.agent };
      const known = listed(uid);
      const teams = principal.teams.map((team) => ({ type: 'Team', id: team }));
      const acting = principal.user === null ? {} : { user: { __entity: { type: 'User', id: principal.user } } };
      return { uid, attrs: { ...known?.attrs, ...acting }, parents: [...teams, ...uidsOf(known)] };
    },
    user,
    resource(ref, parents) {
      const uid = { type: ref.type, id: ref.id };
      const known = listed(uid);
      return {
        ...known,
        uid,
        attrs: known?.attrs ?? {},
        parents: [...parents.map(({ type, id }) => ({ type, id })), ...uidsOf(known)],
      };
    },
    reach(from, entered) {
      const reached = new Map(from.map((entity) => [uidKey(...pair(entity)), entity]));
      const queue: CedarUid[] = [...entered, ...from.flatMap(uidsIn)];
      for (let uid = queue.pop(); uid !== undefined; uid = queue.pop()) {
        const key = uidKey(uid.type, uid.id);
        const entity = reached.has(key) ? undefined : find(uid);
        if (entity === undefined) continue;
        reached.set(key, entity);
        queue.push(...uidsIn(entity));
      }
      return [...reached.values()];
    },
    above: (of, built) => above(of, built, find),
    text(ref, attribute) {
      const value = listed(ref)?.attrs[attribute];
      return typeof value === 'string' ? value : undefined;
    },
    flag: (ref, attribute) => listed(ref)?.attrs[attribute] === true,
  };
}

function above(
  of: CedarEntity,
  built: readonly CedarEntity[],
  find: (uid: CedarUid) => CedarEntity | undefined,
): ReadonlyMap<string, CedarUid> {
  const own = plainUid(of.uid);
  const found = new Map([[uidKey(own.type, own.id), own]]);
  // A map grows while it is walked: each ancestor is looked at once.
  for (const [key, uid] of found) {
    const given = built.filter((entity) => uidKey(...pair(entity)) === key);
    // INVARIANT: rather an ancestor too many, that the engine then sees is none, than a forbid that is not asked.
    for (const entity of [...given, find(uid)])
      for (const parent of uidsOf(entity)) found.set(uidKey(parent.type, parent.id), parent);
  }
  return found;
}

function pair(entity: CedarEntity): readonly [string, string] {
  const uid = plainUid(entity.uid);
  return [uid.type, uid.id];
}

function plainUid(uid: CedarEntity['uid']): CedarUid {
  return '__entity' in uid ? uid.__entity : uid;
}

function uidsOf(entity: CedarEntity | undefined): CedarUid[] {
  return (entity?.parents ?? []).map(plainUid);
}

/** Everything an entity points at. */
function uidsIn(entity: CedarEntity): CedarUid[] {
  const found = uidsOf(entity);
  collect(entity.attrs, found);
  if (entity.tags !== undefined) collect(entity.tags, found);
  return found;
}

function collect(value: unknown, found: CedarUid[]): void {
  if (typeof value !== 'object' || value === null) return;
  if ('__entity' in value) {
    const { __entity: uid } = value;
    if (isUid(uid)) found.push(uid);
    return;
  }
  for (const inner of Object.values(value)) collect(inner, found);
}

function isUid(value: unknown): value is CedarUid {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'id' in value &&
    typeof value.id === 'string'
  );
}
