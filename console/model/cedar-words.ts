// Splits a Cedar policy into words for light colouring. It never fails: what it does not know is plain.

export interface Word {
  readonly kind: 'plain' | 'keyword' | 'effect' | 'annotation' | 'string' | 'comment' | 'entity' | 'number';
  readonly text: string;
}

const WORD =
  /(?<comment>\/\/[^\n]*)|(?<annotation>@[A-Za-z_]\w*)|(?<string>"(?:[^"\\\n]|\\.)*")|(?<effect>\b(?:permit|forbid)\b)|(?<keyword>\b(?:when|unless|principal|action|resource|context|has|like|in|is|if|then|else|true|false)\b)|(?<entity>\b[A-Z]\w*(?=::| [{)]|\b))|(?<number>\b\d+\b)/gu;

export function cedarWords(text: string): readonly Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    if (match.index > end) words.push({ kind: 'plain', text: text.slice(end, match.index) });
    words.push({ kind: kindOf(match.groups ?? {}), text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) words.push({ kind: 'plain', text: text.slice(end) });
  return words;
}

const KINDS = ['comment', 'annotation', 'string', 'effect', 'keyword', 'entity', 'number'] as const;

function kindOf(groups: Readonly<Record<string, string | undefined>>): Word['kind'] {
  return KINDS.find((kind) => groups[kind] !== undefined) ?? 'plain';
}
