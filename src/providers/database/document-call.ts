// What the providers of document stores have in common: an effect told by method and path, and actions for a list of works.

import type { Action } from '../../classify/action.ts';
import { readField } from '../../classify/fields.ts';
import { readPairs } from '../../classify/form.ts';
import type { DatabaseEffect } from '../../classify/sql/sql-work.ts';
import type { RequestView } from '../../http/request-view.ts';
import { databaseAction, type DatabasePlace, type DatabaseWork } from './database-action.ts';
import type { DatabaseRoute } from './database-api.ts';

/** More different works are a question each to the engine: then nobody could read them. */
const MAX_WORKS = 100;

/** The actions of what a body does. Null: it could not be read, so that only `unread` is said of it. */
export function documentActions(
  request: RequestView,
  place: DatabasePlace,
  works: readonly DatabaseWork[] | null,
  unread: Omit<DatabaseWork, 'inspected'> = { effect: 'unknown-write' },
): Action[] {
  const sure = works !== null && works.length > 0 && works.length <= MAX_WORKS;
  return (sure ? works : [{ ...unread, inspected: false }]).map((work) => databaseAction(request, place, work));
}

/** Told by the head alone; the body only has to be readable bytes. */
export function fixedRoute(request: RequestView, place: DatabasePlace, ...works: readonly DatabaseWork[]): DatabaseRoute {
  return (body) =>
    documentActions(
      request,
      place,
      works.map((work) => ({ ...work, inspected: work.inspected && body.problem === null })),
    );
}

/** Puts a row in the place of one that may be there already: an insert, and an update besides. */
export function upsertWorks(work: Omit<DatabaseWork, 'effect'>): DatabaseWork[] {
  return [
    { ...work, effect: 'insert' },
    { ...work, effect: 'update', where: true },
  ];
}

/** Works of the same effect become one, with all their tables and the number of their items. */
export function gatheredWorks(verb: string, items: readonly GatheredItem[]): DatabaseWork[] {
  const groups = new Map<DatabaseEffect, { readonly tables: Set<string>; count: number }>();
  for (const { effect, tables } of items) {
    const group = groups.get(effect) ?? { tables: new Set<string>(), count: 0 };
    groups.set(effect, group);
    for (const table of tables) group.tables.add(table);
    group.count += 1;
  }
  return [...groups].map(([effect, group]) => ({
    effect,
    inspected: true,
    verb,
    tables: [...group.tables],
    itemCount: group.count,
    ...(effect === 'update' || effect === 'delete' ? { where: true } : {}),
  }));
}

export interface GatheredItem {
  readonly effect: DatabaseEffect;
  readonly tables: readonly string[];
}

/** The one value of a query's field. Null: it is there in several ways, or can't be read. Undefined: it is not there. */
export function queryField(request: RequestView, name: string): string | null | undefined {
  const { fields, problem } = readPairs(request.query);
  const reading = readField(fields, name);
  if (problem !== null || (reading.state !== 'one' && reading.state !== 'absent')) return null;
  return reading.state === 'one' ? reading.value : undefined;
}
