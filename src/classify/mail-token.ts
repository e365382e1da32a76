// The words and signs of an address list (RFC 5322 §3.2), as far as all readers agree on them.

/** `text` is a run without blanks, its quoted part included; `quoted` is a quoted string alone. */
export type MailToken =
  | { readonly kind: 'text' | 'quoted'; readonly text: string }
  | { readonly kind: '<' | '>' | ',' | ':' | ';' | 'comment' };

// One alternative for each token and no nested quantifiers, so it is linear. Nested comments and domain literals match none of them.
const TOKEN = /[ \t]+|("(?:[^"\\]|\\.)*")|(\((?:[^()\\]|\\.)*\))|([<>,:;])|([^ \t"()<>,:;\\[\]]+)/y;

const SIGNS: ReadonlyMap<string, MailToken> = new Map([
  ['<', { kind: '<' }],
  ['>', { kind: '>' }],
  [',', { kind: ',' }],
  [':', { kind: ':' }],
  [';', { kind: ';' }],
]);

/** Null when any part of the text is no token. */
export function mailTokens(text: string): readonly MailToken[] | null {
  const tokens: MailToken[] = [];
  let glued = false;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null || !takeMatch(tokens, match, glued)) return null;
    glued = match[1] !== undefined || match[4] !== undefined;
  }
  return tokens;
}

/** `glued`: a word ends right before this match. */
function takeMatch(tokens: MailToken[], match: RegExpExecArray, glued: boolean): boolean {
  const [, quoted, comment, sign, atom] = match;
  if (quoted !== undefined) return takeWord(tokens, { kind: 'quoted', text: quoted }, glued);
  if (atom !== undefined) return takeWord(tokens, { kind: 'text', text: atom }, glued);
  // A comment with an address in it is for readers who go by pattern; `b@ex.com(.evil.example)` is for those who drop brackets.
  if (comment?.includes('@') === true || (comment !== undefined && glued)) return false;
  const token: MailToken | undefined = comment === undefined ? SIGNS.get(sign ?? '') : { kind: 'comment' };
  if (token !== undefined) tokens.push(token);
  return true;
}

/** `"a b"@ex.com` is one word; every other way of gluing words together is read differently here and there. */
function takeWord(tokens: MailToken[], word: Extract<MailToken, { readonly text: string }>, glued: boolean): boolean {
  const before = tokens.at(-1);
  if (!glued) {
    tokens.push(word);
    return true;
  }
  if (before?.kind !== 'quoted' || word.kind === 'quoted') return false;
  tokens[tokens.length - 1] = { kind: 'text', text: before.text + word.text };
  return true;
}
