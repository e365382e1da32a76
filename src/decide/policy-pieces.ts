// A policy's text cut into its scope and conditions, and an expression at its outermost operators: in the words that somebody wrote.

/** A stretch of a policy's text. */
export interface Piece {
  readonly text: string;
  /** UTF-16 offset in the policy's text. */
  readonly offset: number;
}

export interface PolicyPieces {
  /** As written between the brackets: `principal in Team::"support"`. */
  readonly principal: Piece;
  readonly resource: Piece;
  readonly conditions: ReadonlyArray<{ readonly kind: 'when' | 'unless'; readonly body: Piece }>;
}

/** Blanks and comments; strings; brackets; operators between expressions; words; anything else. */
const TOKENS = /(\s+|\/\/[^\n]*)|"(?:[^"\\]|\\[^])*"|([([{])|([)\]}])|(&&|\|\||,)|[A-Za-z_]\w*|[^]/g;

interface Token {
  readonly text: string;
  readonly at: number;
  /** Brackets around it; a bracket itself is counted outside. */
  readonly depth: number;
  readonly kind: 'opening' | 'closing' | 'operator' | 'other';
}

/** Without blanks and comments. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [token, blank, opening, closing, operator] = match;
    if (blank !== undefined) continue;
    if (closing !== undefined) depth -= 1;
    const kind =
      opening !== undefined ? 'opening' : closing !== undefined ? 'closing' : operator !== undefined ? 'operator' : 'other';
    tokens.push({ text: token, at: match.index, depth, kind });
    if (opening !== undefined) depth += 1;
  }
  return tokens;
}

/** Null for a text that is not cut like a policy. Whoever uses a piece has the engine read it: a wrong cut must not be believed. */
export function piecesOf(text: string): PolicyPieces | null {
  const tokens = tokensOf(text).filter((token) => token.depth === 0);
  const effect = tokens.findIndex(({ text: word }, i) => (word === 'permit' || word === 'forbid') && tokens[i - 1]?.text !== '@');
  const scope = bracketed(text, tokens, effect + 1);
  if (effect === -1 || scope === null) return null;
  const [principal, , resource] = splitAt(scope, ',');
  if (principal === undefined || resource === undefined) return null;
  const conditions: Array<PolicyPieces['conditions'][number]> = [];
  for (let i = effect + 3; i < tokens.length; i += 3) {
    const kind = tokens[i]?.text;
    if (kind === ';') break;
    const body = bracketed(text, tokens, i + 1);
    if ((kind !== 'when' && kind !== 'unless') || body === null) return null;
    conditions.push({ kind, body });
  }
  return { principal, resource, conditions };
}

/** What stands between the brackets that open at `tokens[index]`, all tokens being outermost ones. */
function bracketed(text: string, tokens: readonly Token[], index: number): Piece | null {
  const opening = tokens[index];
  const closing = tokens[index + 1];
  if (opening?.kind !== 'opening' || closing?.kind !== 'closing') return null;
  return trimmed({ text: text.slice(opening.at + 1, closing.at), offset: opening.at + 1 });
}

/** The piece itself when the operator is not among its outermost ones. A trailing comma ends the last part. */
export function splitAt(piece: Piece, operator: '&&' | '||' | ','): Piece[] {
  const cuts = tokensOf(piece.text).filter((token) => token.depth === 0 && token.text === operator);
  const starts = [0, ...cuts.map((cut) => cut.at + operator.length)];
  const ends = [...cuts.map((cut) => cut.at), piece.text.length];
  return starts
    .map((start, i) => trimmed({ text: piece.text.slice(start, ends[i]), offset: piece.offset + start }))
    .filter((part) => tokensOf(part.text).length > 0);
}

/** The inside of brackets that stand around all of it, or the piece itself. */
export function unwrapped(piece: Piece): Piece {
  const tokens = tokensOf(piece.text).filter((token) => token.depth === 0);
  const inner = tokens.length === 2 && tokens[0]?.text === '(' ? bracketed(piece.text, tokens, 0) : null;
  return inner === null ? piece : unwrapped({ text: inner.text, offset: piece.offset + inner.offset });
}

/** What `!` in front of brackets denies, or null. */
export function denied(piece: Piece): Piece | null {
  const tokens = tokensOf(piece.text).filter((token) => token.depth === 0);
  if (tokens.length !== 3 || tokens[0]?.text !== '!' || tokens[1]?.text !== '(') return null;
  const inner = bracketed(piece.text, tokens, 1);
  return inner === null ? null : { text: inner.text, offset: piece.offset + inner.offset };
}

/** Without the blanks and comments around it. */
function trimmed(piece: Piece): Piece {
  const tokens = tokensOf(piece.text);
  const first = tokens[0];
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return { text: '', offset: piece.offset };
  return { text: piece.text.slice(first.at, last.at + last.text.length), offset: piece.offset + first.at };
}
