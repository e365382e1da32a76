// A body as its binding sees it. Multipart is its parts in order, because clients draw a new boundary on every try.

interface BoundContent {
  readonly kind: 'body' | 'parts';
  /** Content types that count; without the boundary when the body is taken apart. */
  readonly types: readonly string[];
  readonly pieces: readonly Buffer[];
}

/** RFC 2046 §5.1.1 less the space, which senders quote and receivers trim in different ways. */
const BOUNDARY = /^[A-Za-z0-9'()+_,./:=?-]{1,70}$/;
const MULTIPART = /^(multipart\/[a-z0-9.+-]{1,64})((?:\s*;\s*[a-z0-9-]+=(?:"[^"\\;]*"|[^\s";,]+))*)\s*$/i;
const MAX_PARTS = 1_000;

/**
 * Takes a multipart body apart when that can be done in one way only; every doubtful one counts byte for byte, boundary included.
 * INVARIANT: two bodies that any parser could read differently never give the same pieces (threat C13 under one approval).
 */
export function readContent(types: readonly string[], body: Buffer): BoundContent {
  const whole: BoundContent = { kind: 'body', types, pieces: [body] };
  const header = types.length === 1 ? readType(types[0] ?? '') : null;
  if (header === null) return whole;
  const pieces = splitParts(body, header.boundary);
  return pieces === null ? whole : { kind: 'parts', types: [header.type, ...header.others], pieces };
}

function readType(
  value: string,
): { readonly type: string; readonly others: readonly string[]; readonly boundary: string } | null {
  const [, type, parameters] = MULTIPART.exec(value) ?? [];
  if (type === undefined || parameters === undefined) return null;
  const others: string[] = [];
  let boundary: string | null = null;
  for (const parameter of parameters
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '')) {
    if (!parameter.toLowerCase().startsWith('boundary=')) others.push(parameter);
    else if (boundary === null) boundary = parameter.slice('boundary='.length).replace(/^"(.*)"$/, '$1');
    else return null;
  }
  return boundary !== null && BOUNDARY.test(boundary) ? { type: type.toLowerCase(), others, boundary } : null;
}

/** Parts between `--b CRLF` and `--b-- CRLF?`, with nothing before, behind or beside them; else null. */
function splitParts(body: Buffer, boundary: string): Buffer[] | null {
  const dash = Buffer.from(`--${boundary}`, 'latin1');
  const next = Buffer.from(`\r\n--${boundary}`, 'latin1');
  if (!body.subarray(0, dash.length).equals(dash)) return null;
  const parts: Buffer[] = [];
  let at = dash.length;
  while (parts.length < MAX_PARTS) {
    const mark = body.toString('latin1', at, at + 2);
    if (mark === '--') return isEnd(body, at + 2) && parts.length > 0 && !hidesDelimiter(parts, dash) ? parts : null;
    if (mark !== '\r\n') return null;
    const end = body.indexOf(next, at);
    if (end < at + 2) return null;
    parts.push(body.subarray(at + 2, end));
    at = end + next.length;
  }
  return null;
}

function isEnd(body: Buffer, at: number): boolean {
  const rest = body.toString('latin1', at, at + 3);
  return rest === '' || rest === '\r\n';
}

/**
 * Lax parsers take a bare line feed, or a longer line that only begins like the delimiter. A part that holds the delimiter anywhere
 * could be cut differently by one of them once the agent draws a boundary that fits.
 */
function hidesDelimiter(parts: readonly Buffer[], dash: Buffer): boolean {
  return parts.some((part) => part.includes(dash));
}
