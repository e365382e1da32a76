// What a provider asked to see of a request body, and what it got.

/**
 * How much of the body a provider needs before it can tell the action.
 * `prefix`: `measure` gets all bytes so far and says how many of them are the prefix, `more` to wait for, or `invalid`.
 */
export type BodyNeed =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'prefix'; readonly measure: (bytes: Buffer) => number | 'more' | 'invalid' };

export interface InspectedBody {
  /** Decoded bytes (content codings undone): all of the body, or the prefix. Empty when nothing was needed. */
  readonly bytes: Buffer;
  /**
   * Null when the provider got all it asked for, else why not, for people: "larger than 1048576 bytes", "unknown content coding `lz4`".
   * INVARIANT: a provider that gets a problem answers with `inspected: false` on every action.
   */
  readonly problem: string | null;
}

export const NO_BODY: InspectedBody = { bytes: Buffer.alloc(0), problem: null };

/** The prefix, once it is there: null while more is to come. */
export function measured(measure: (bytes: Buffer) => number | 'more' | 'invalid', bytes: Buffer): InspectedBody | null {
  const size = measure(bytes);
  if (size === 'invalid') return unread('not in the form that this endpoint takes');
  if (size === 'more') return null;
  return { bytes: bytes.subarray(0, size), problem: null };
}

export function unread(problem: string): InspectedBody {
  return { bytes: Buffer.alloc(0), problem };
}
