// The methods that a request claims beside its own (E1): servers differ on which they believe, so each is judged.

const OVERRIDE_PARAMETERS = new Set([
  '_method',
  '_httpmethod',
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  '$method',
]);

/** Every claim counts: dropping one would let the first hide the others. The registry bounds what it follows. */
export function claimedMethods(overrides: readonly string[], query: string): string[] {
  if (overrides.length === 0 && !query.includes('%') && !/method/i.test(query)) return [];
  const claimed = new Set<string>();
  for (const value of overrides) claimed.add(value.trim().toUpperCase());
  // Older readers split at `;` as well, and PHP takes `.method`, ` method` and `_method[]` for `_method`.
  for (const pair of query.split(/[&;]/)) {
    const equals = pair.indexOf('=');
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals))
      .toLowerCase()
      .replace(/\[.*$/s, '')
      .replace(/[ .]/g, '_');
    if (OVERRIDE_PARAMETERS.has(name))
      claimed.add(
        decoded(equals === -1 ? '' : pair.slice(equals + 1))
          .trim()
          .toUpperCase(),
      );
  }
  return [...claimed];
}

/** As a server would read it; what can't be decoded is left as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
