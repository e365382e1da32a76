// A path as some servers read it: they merge `//` and take `%2F` for a slash (threat E10).

/** Each segment cut at its own slashes, the empty ones left out. What is found only so is recognised too, and never granted on. */
export function mergedSegments(segments: readonly string[]): string[] {
  return segments.flatMap((segment) => segment.split('/')).filter((segment) => segment !== '');
}
