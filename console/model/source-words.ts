// A bundle's files in words for light colouring, by what kind of file each is, and cut into pages where one is very long.

import { cedarWords, type Word } from './cedar-words.ts';

/** One line of a file. The words are the same text again. */
export function sourceWords(name: string, line: string): readonly Word[] {
  if (/\.(?:cedar|cedarschema|json)$/.test(name)) return cedarWords(line);
  return /\.ya?ml$/.test(name) ? yamlWords(line) : [{ kind: 'plain', text: line }];
}

/** A key, a comment, a quoted string; what YAML makes of the rest is not told. */
const YAML =
  /(?<annotation>^\s*(?:-\s+)*[\w.-]+(?=:(?:\s|$)))|(?<comment>(?:^|(?<=\s))#.*$)|(?<string>"(?:[^"\\]|\\.)*"|'[^']*')/gu;

function yamlWords(line: string): readonly Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const match of line.matchAll(YAML)) {
    if (match.index > end) words.push({ kind: 'plain', text: line.slice(end, match.index) });
    const { annotation, comment } = match.groups ?? {};
    const kind = annotation !== undefined ? 'annotation' : comment !== undefined ? 'comment' : 'string';
    words.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < line.length) words.push({ kind: 'plain', text: line.slice(end) });
  return words;
}

export interface SourcePage {
  readonly lines: readonly string[];
  /** Of the first line, from 1. */
  readonly first: number;
  /** Lines in all. */
  readonly total: number;
  /** First lines of the pages before and after; null at an end. */
  readonly earlier: number | null;
  readonly later: number | null;
}

/** More lines than these make a browser slow. */
const PAGE_LINES = 2_000;

/** The page that `line` is on, or the first. */
export function sourcePage(text: string, line: number | null): SourcePage {
  const lines = text.replace(/\n$/, '').split('\n');
  const total = lines.length;
  const wanted = line === null || line < 1 || line > total ? 1 : line;
  const at = wanted - 1 - ((wanted - 1) % PAGE_LINES);
  return {
    lines: lines.slice(at, at + PAGE_LINES),
    first: at + 1,
    total,
    earlier: at === 0 ? null : at - PAGE_LINES + 1,
    later: at + PAGE_LINES < total ? at + PAGE_LINES + 1 : null,
  };
}
