// The time of an entry as text.

/** Formatting costs more than the clock, and many entries share a millisecond. */
export function timeTexts(clock: () => number): () => string {
  let last = Number.NaN;
  let text = '';
  return () => {
    const at = clock();
    if (at !== last) {
      last = at;
      text = new Date(at).toISOString();
    }
    return text;
  };
}
