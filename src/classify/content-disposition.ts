// The Content-Disposition of a part (RFC 6266, RFC 7578 §4.2), only when all readers find the same name in it.

export interface Disposition {
  /** `form-data`, `attachment`, `inline`, lower case; empty when there is none. */
  readonly kind: string;
  readonly name: string | undefined;
  readonly filename: string | undefined;
}

const ABSENT: Disposition = { kind: '', name: undefined, filename: undefined };
const KIND = /^[a-z-]{1,40}/i;
/** In a quoted value a backslash never stands before a quote: where it ends would depend on the reader. */
const PARAMETER = /[ \t]*;[ \t]*([a-z-]{1,40}\*?)=(?:([^\s";,\\]{1,1000})|"((?:[^"\\]|\\[^"]){0,1000})")/iy;
const EXTENDED = /^utf-8'[a-z-]*'((?:[!#$&+.^_`|~0-9a-z-]|%[0-9a-f]{2})*)$/i;
/** What a file part says beside its name, and that names nothing. */
const NEUTRAL: ReadonlySet<string> = new Set(['size', 'creation-date', 'modification-date', 'read-date']);

/** Null when it has two readings: a repeated or extended name, escapes, anything left over. */
export function readDisposition(value: string | undefined): Disposition | null {
  if (value === undefined) return ABSENT;
  const kind = KIND.exec(value)?.[0];
  if (kind === undefined) return null;
  const parameters = new Map<string, string>();
  for (let at = kind.length; at < value.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at;
    const match = PARAMETER.exec(value);
    const name = match?.[1]?.toLowerCase();
    if (name === undefined) return null;
    if (parameters.has(name)) return null;
    parameters.set(name, match?.[2] ?? match?.[3] ?? '');
  }
  return named(kind.toLowerCase(), parameters);
}

function named(kind: string, parameters: ReadonlyMap<string, string>): Disposition | null {
  const known = (key: string): boolean => key === 'name' || key === 'filename' || key === 'filename*' || NEUTRAL.has(key);
  if (![...parameters.keys()].every(known)) return null;
  const name = parameters.get('name');
  // `\\` is one backslash to some readers and two to others; a name with either is nobody's.
  if (name?.includes('\\') === true) return null;
  const extended = parameters.get('filename*');
  const decoded = extended === undefined ? undefined : extendedText(extended);
  if (decoded === null) return null;
  return { kind, name, filename: decoded ?? parameters.get('filename') };
}

/** `UTF-8''a%20b` (RFC 8187); null for every other charset and for broken escapes. */
function extendedText(value: string): string | null {
  const encoded = EXTENDED.exec(value)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
