// A bounded memory of answers. Two generations: what was not asked for while one filled up is forgotten as a whole.

/** Keys longer than this are not kept: a mail to a thousand people is not asked about twice. */
const MAX_KEY_CHARACTERS = 512;

interface Memo<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  clear(): void;
  readonly size: number;
}

export function createMemo<T>(maxEntries: number): Memo<T> {
  const half = Math.max(1, Math.floor(maxEntries / 2));
  let young = new Map<string, T>();
  let old = new Map<string, T>();

  function put(key: string, value: T): void {
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }

  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) put(key, older);
      return older;
    },
    set(key, value) {
      if (key.length <= MAX_KEY_CHARACTERS) put(key, value);
    },
    clear() {
      young = new Map();
      old = new Map();
    },
    get size() {
      return young.size + old.size;
    },
  };
}
