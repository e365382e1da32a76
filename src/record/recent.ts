// A few answers that were dear to make, kept for the next who asks.

/** Answers that are kept for the next who asks, the longest unused forgotten first. `make` null: forget it. */
export function recent<T>(most: number): {
  (key: string, make: () => Promise<T>): Promise<T>;
  (key: string, make: null): undefined;
} {
  const kept = new Map<string, Promise<T>>();
  function ask(key: string, make: () => Promise<T>): Promise<T>;
  function ask(key: string, make: null): undefined;
  function ask(key: string, make: (() => Promise<T>) | null): Promise<T> | undefined {
    const known = kept.get(key);
    kept.delete(key);
    if (make === null) return undefined;
    const answer = known ?? make();
    kept.set(key, answer);
    if (known === undefined) answer.catch(() => void (kept.get(key) === answer && kept.delete(key)));
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return answer;
  }
  return ask;
}

/** True for a file that is not there; throws every other error. */
export function isMissing(error: unknown): true {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
  throw error;
}
