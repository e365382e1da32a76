// Counts a sign in a text no further than to a limit, so that what a parser would be given is bounded before it is given (threat C9).

/** True when `sign` stands more than `most` times in the text. */
export function hasMoreThan(text: string, sign: string, most: number): boolean {
  let at = -1;
  for (let count = 0; count <= most; count += 1) {
    at = text.indexOf(sign, at + 1);
    if (at === -1) return false;
  }
  return true;
}
