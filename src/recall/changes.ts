// Which things are being changed right now, so that two changes at once don't leave the wrong one remembered.

/** Longer than any upstream may think before its head comes (forward/): what was sent and never answered has happened by then, or not. */
const OPEN_MS = 1_200_000;
/** Keys that are watched at once. Over it the oldest are let go. */
const MAX_KEYS = 20_000;

export interface Changes {
  /** Before a request leaves: what it may change, if it changes anything. */
  begin(keys: readonly string[]): Change;
}

export interface Change {
  /** Is what this exchange's answer says of the key how things stand? */
  mayTell(key: string): boolean;
  /** Its answer came to its end. One that never does may still happen, so its keys stay doubtful for a while. */
  end(): void;
}

interface Keyed {
  /** Turn of the newest change. */
  last: number;
  /** Changes without an end. */
  open: number;
  untilMs: number;
}

/**
 * INVARIANT: an answer tells nothing of a thing whose change began after its own request, or while another change of it was under way:
 * in which order the vendor carried the two out is not known, and an agent that sends both picks the one it likes.
 */
export function createChanges(nowMs: () => number = () => performance.now()): Changes {
  const watched = new Map<string, Keyed>();
  let turn = 0;

  function touch(key: string): Keyed {
    const known = watched.get(key);
    const keyed = known !== undefined && known.untilMs > nowMs() ? known : { last: 0, open: 0, untilMs: 0 };
    watched.delete(key);
    watched.set(key, keyed);
    keyed.untilMs = nowMs() + OPEN_MS;
    const [oldest] = watched.keys();
    if (watched.size > MAX_KEYS && oldest !== undefined) watched.delete(oldest);
    return keyed;
  }

  return {
    begin(keys) {
      turn += 1;
      const own = turn;
      const doubtful = new Set<string>();
      const begun = [...new Set(keys)].map((key) => {
        const keyed = touch(key);
        if (keyed.open > 0) doubtful.add(key);
        keyed.open += 1;
        keyed.last = own;
        return keyed;
      });
      let ended = false;
      return {
        mayTell: (key) => !doubtful.has(key) && (watched.get(key)?.last ?? 0) <= own,
        end() {
          if (ended) return;
          ended = true;
          for (const keyed of begun) keyed.open -= 1;
        },
      };
    },
  };
}
