// Which call of an API a method and a path are: words and ids, the words before the ids where both would fit.

export interface RouteMatch<T> {
  readonly route: T;
  /** The segments that stand for `:id`, in order. */
  readonly ids: readonly string[];
}

type RouteFinder<T> = (method: string, segments: readonly string[]) => RouteMatch<T> | null;

interface Pattern<T> {
  readonly words: readonly string[];
  readonly route: T;
}

/**
 * Keys are `POST v2/payments/:id/complete`. A path that is not there is null, which is an unknown write: a verb somewhere in a URL is
 * never enough.
 */
export function routeFinder<T>(routes: Readonly<Record<string, T>>): RouteFinder<T> {
  const patterns = new Map<string, Pattern<T>[]>();
  for (const [key, route] of Object.entries(routes)) {
    const [method = '', path = ''] = key.split(' ');
    const words = path.split('/');
    const size = `${method} ${words.length}`;
    patterns.set(size, [...(patterns.get(size) ?? []), { words, route }]);
  }
  for (const list of patterns.values()) list.sort((a, b) => (rank(a.words) < rank(b.words) ? -1 : 1));
  return (method, segments) => {
    const found = patterns.get(`${method} ${segments.length}`)?.find(({ words }) => fits(words, segments));
    if (found === undefined) return null;
    return { route: found.route, ids: segments.filter((_, index) => found.words[index] === ':id') };
  };
}

function rank(words: readonly string[]): string {
  return words.map((word) => (word === ':id' ? '1' : '0')).join('');
}

function fits(words: readonly string[], segments: readonly string[]): boolean {
  return words.every((word, index) => word === ':id' || word === segments[index]);
}
