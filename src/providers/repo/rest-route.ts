// Tables of REST routes: how the path below a repository, and the method, tell what a call does.

import type { JsonObject, Json } from '../../classify/strict-json.ts';
import type { Effect } from './effect.ts';
import type { Repository } from './repository.ts';

/** One call, taken apart. */
export interface RouteCall {
  readonly method: string;
  /** The path below what `repository` is, `%2F` undone: branch names and file paths hold slashes either way. */
  readonly rest: readonly string[];
  readonly fields: JsonObject;
  /** The whole JSON document, for the few calls whose body is an array. */
  readonly document: Json;
  /** The host that repositories are named by. */
  readonly host: string;
  readonly repository: Repository;
  /** Of the query alone; every value of each name, in order. */
  readonly query: URLSearchParams;
}

type ReadRoute = (call: RouteCall) => readonly Effect[];

export interface Route {
  readonly methods: readonly string[];
  /** Words in lower case, `*` for one segment, `**` for one or more. */
  readonly path: readonly string[];
  readonly read: ReadRoute;
}

/** `methods` apart by blanks, `ANY` for every write; `path` is `pulls/*` + `/merge`, empty for the repository itself. */
export function route(methods: string, path: string, read: ReadRoute): Route {
  const named = methods === 'ANY' ? 'POST PUT PATCH DELETE' : methods;
  return { methods: named.split(' '), path: path === '' ? [] : path.split('/'), read };
}

/** The same reading for several paths. */
export function routes(methods: string, paths: readonly string[], read: ReadRoute): Route[] {
  return paths.map((path) => route(methods, path, read));
}

/** The first route that fits, or null: then it is an unknown write. Words are compared without regard to case (E12). */
export function routeOf(table: readonly Route[], method: string, rest: readonly string[]): Route | null {
  const words = rest.map((word) => word.toLowerCase());
  return table.find((one) => one.methods.includes(method) && matches(one.path, words)) ?? null;
}

/**
 * Recursion is as deep as the path of a route. INVARIANT: linear in the words: of two `**` the second always ends a route, where it takes
 * whatever is left.
 */
function matches(path: readonly string[], words: readonly string[], part = 0, at = 0): boolean {
  const wanted = path[part];
  if (wanted === undefined) return at === words.length;
  if (at >= words.length) return false;
  if (wanted !== '**') return (wanted === '*' || wanted === words[at]) && matches(path, words, part + 1, at + 1);
  if (part === path.length - 1) return true;
  for (let next = at + 1; next < words.length; next += 1) if (matches(path, words, part + 1, next)) return true;
  return false;
}
