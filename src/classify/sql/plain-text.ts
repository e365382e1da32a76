// A statement with its comments taken out and its strings made harmless, by the lexical rules of the dialect and of no parser.

import type { ParsedDialect } from './dialect-parser.ts';

/**
 * `text` has only quotes, comments and characters on whose reading everybody agrees. `words` are the first words of each statement, for the
 * name of what the parser can't read. `problem` is for people, and quotes nothing.
 */
type PlainText =
  | { readonly text: string; readonly words: readonly string[]; readonly problem: null }
  | { readonly text: null; readonly words: readonly string[]; readonly problem: string };

interface Rules {
  /** Characters that open a string or a quoted name, each ended by itself. */
  readonly quotes: string;
  /** Quotes in which a backslash takes the next character with it. */
  readonly escapes: string;
  /** Those of the quotes that hold names. */
  readonly names: string;
  /** What opens a comment to the end of the line. */
  readonly lineComments: readonly RegExp[];
  /** `'''` opens a string as well. */
  readonly triple?: true;
  /** `$$` opens a string. */
  readonly dollar?: true;
  /** `[` opens a quoted name. */
  readonly brackets?: true;
}

const RULES: Readonly<Record<ParsedDialect, Rules>> = {
  // `--` needs white space behind it, else it is two minus signs.
  mysql: { quotes: '\'"`', escapes: '\'"', names: '`', lineComments: [/#/y, /--(?=[\s]|$)/y] },
  sqlite: { quotes: '\'"`', escapes: '', names: '"`]', lineComments: [/--/y], brackets: true },
  bigquery: { quotes: '\'"`', escapes: '\'"`', names: '`', lineComments: [/#/y, /--/y], triple: true },
  snowflake: { quotes: '\'"', escapes: "'", names: '"', lineComments: [/--/y, /\/\//y], dollar: true },
  databricks: { quotes: '\'"`', escapes: '\'"', names: '`', lineComments: [/--/y] },
  clickhouse: { quotes: '\'"`', escapes: '\'"`', names: '"`', lineComments: [/--/y, /#[ !]/y] },
};

/**
 * How deep brackets may nest, and how many words and signs one chain may have (`a AND b AND …`, over all nests that are open). The parser's
 * tree is as deep as that, and a tree a few times deeper breaks the parser for good (measured).
 */
const MAX_NEST = 24;
const MAX_CHAIN = 400;
/** Words and signs in the whole text: at some 10 µs each in the parser, 15 ms (measured). Literals and commas cost a tenth of that. */
const MAX_WORDS = 1500;
const WORD = /[A-Za-z_@$:][A-Za-z0-9_$@]*/y;
const NUMBER = /[0-9][A-Za-z0-9_.]*/y;
/** In a quoted text these are replaced, so that no reader can see the end of it anywhere else. */
const UNSAFE = /['"`\\\u0000-\u001f\u007f-\uffff]/g;

interface Scan {
  readonly source: string;
  readonly rules: Rules;
  readonly dialect: ParsedDialect;
  at: number;
  out: string;
  readonly words: string[];
  atStart: boolean;
  /** Words and signs of the chain in each open nest. */
  readonly chains: number[];
  total: number;
}

class Unplain extends Error {}

export function plainText(source: string, dialect: ParsedDialect): PlainText {
  const scan: Scan = { source, rules: RULES[dialect], dialect, at: 0, out: '', words: [], atStart: true, chains: [0], total: 0 };
  try {
    while (scan.at < source.length) step(scan);
    return { text: scan.out, words: scan.words, problem: null };
  } catch (error) {
    if (error instanceof Unplain) return { text: null, words: scan.words, problem: error.message };
    throw error;
  }
}

function step(scan: Scan): void {
  const char = scan.source[scan.at] ?? '';
  if (/[ \t\n\r]/.test(char)) return copy(scan, 1);
  if (scan.source.startsWith('/*', scan.at)) return blockComment(scan);
  if (scan.rules.lineComments.some((comment) => matches(comment, scan))) return lineComment(scan);
  if (scan.rules.dollar === true && scan.source.startsWith('$$', scan.at)) return quoted(scan, '$$', "'");
  if (scan.rules.brackets === true && char === '[') return quoted(scan, ']', '"');
  if (scan.rules.quotes.includes(char)) return quotedText(scan, char);
  // Some servers know other white space, other quotes and other minus signs; none needs them outside a string.
  if (!/[!-~]/.test(char)) throw new Unplain('the statement holds an odd character outside its strings');
  const word = take(WORD, scan) ?? take(NUMBER, scan);
  if (word !== null) return copyWord(scan, word);
  sign(scan, char);
}

function sign(scan: Scan, char: string): void {
  if (char === '(' || char === '[' || char === '{') {
    scan.chains.push(0);
    if (scan.chains.length > MAX_NEST) throw new Unplain('the statement is nested too deep');
  } else if (char === ')' || char === ']' || char === '}') {
    if (scan.chains.length > 1) scan.chains.pop();
  } else if (char === ',') scan.chains[scan.chains.length - 1] = 0;
  else if (char === ';') {
    scan.chains.splice(0, scan.chains.length, 0);
    scan.atStart = true;
    return copy(scan, 1);
  } else if (char === '\\') throw new Unplain('the statement holds a backslash outside its strings');
  else count(scan);
  // MySQL's `--1` is minus minus one, and a comment to everybody else.
  if (char === '-' && scan.source[scan.at + 1] === '-') {
    scan.out += '- ';
    scan.at += 1;
  } else copy(scan, 1);
}

function copyWord(scan: Scan, word: string): void {
  // SQLite reads `$name(anything)` as one variable, quotes and all.
  if (/^[@$:]/.test(word) && scan.source[scan.at + word.length] === '(') throw new Unplain('a variable is followed by a bracket');
  if (scan.atStart) scan.words.push(word.toLowerCase());
  scan.atStart = false;
  if (!/^(?:null|true|false|default|[0-9].*)$/i.test(word)) count(scan);
  copy(scan, word.length);
}

function count(scan: Scan): void {
  const last = scan.chains.length - 1;
  scan.chains[last] = (scan.chains[last] ?? 0) + 1;
  let sum = 0;
  for (const chain of scan.chains) sum += chain;
  scan.total += 1;
  if (scan.total > MAX_WORDS) throw new Unplain('the statement has too many words');
  if (sum > MAX_CHAIN) throw new Unplain('the statement has a chain of too many words');
}

/** Nobody agrees on `/* /*`, and MySQL runs what stands in `/*!`. */
function blockComment(scan: Scan): void {
  const end = scan.source.indexOf('*/', scan.at + 2);
  const body = end === -1 ? '' : scan.source.slice(scan.at + 2, end);
  if (end === -1 || body.includes('/*')) throw new Unplain('a comment of the statement has no clear end');
  if (/^M?!/.test(body)) throw new Unplain('the statement holds a comment that some servers run');
  if (body.startsWith('+') && !/^[+\w\s(),.@=]*$/.test(body))
    throw new Unplain('the statement holds a hint that could not be read');
  scan.at = end + 2;
  scan.out += ' ';
}

/** A line ends at LF everywhere, at CR for some, and Spark goes on behind a backslash. */
function lineComment(scan: Scan): void {
  const end = scan.source.indexOf('\n', scan.at);
  const body = end === -1 ? scan.source.slice(scan.at) : scan.source.slice(scan.at, end);
  if (/\r(?!$)|\\\r?$/.test(body)) throw new Unplain('a comment of the statement has no clear end');
  scan.at = end === -1 ? scan.source.length : end;
  scan.out += ' ';
}

function quotedText(scan: Scan, quote: string): void {
  if (scan.rules.triple === true && scan.source.startsWith(quote.repeat(3), scan.at)) return quoted(scan, quote.repeat(3), quote);
  // Spark's raw strings know no escapes, BigQuery's do: with a backslash in one, its end is not clear.
  const raw = /(?:^|[^A-Za-z0-9_])[rR]$/.test(scan.source.slice(Math.max(0, scan.at - 2), scan.at));
  quoted(scan, quote, quote, raw && scan.dialect === 'databricks');
}

/** From the opening quote to `end`, which stands for itself when it is doubled; put down again in `quote` with nothing odd in it. */
function quoted(scan: Scan, end: string, quote: string, noBackslash = false): void {
  const { source, rules } = scan;
  const escapes = rules.escapes.includes(end[0] ?? '') && !noBackslash;
  const start = scan.at + (end === ']' ? 1 : end.length);
  let at = start;
  for (; ; at += 1) {
    if (at >= source.length) throw new Unplain('a string of the statement does not end');
    if (source[at] === '\\' && (escapes || noBackslash)) {
      if (noBackslash) throw new Unplain('a raw string holds a backslash');
      at += 1;
    } else if (source.startsWith(end, at)) {
      const doubled = end.length === 1 && source[at + 1] === end && rules.triple !== true;
      if (!doubled) break;
      at += 1;
    }
  }
  const content = source.slice(start, at);
  const plain = content.replace(UNSAFE, '_');
  // A name is judged, so it must be what it was.
  if (plain !== content && rules.names.includes(end)) throw new Unplain('the statement holds a name with odd characters in it');
  scan.atStart = false;
  scan.out += quote + plain + quote;
  scan.at = at + end.length;
}

function take(pattern: RegExp, scan: Scan): string | null {
  pattern.lastIndex = scan.at;
  return pattern.exec(scan.source)?.[0] ?? null;
}

function matches(pattern: RegExp, scan: Scan): boolean {
  pattern.lastIndex = scan.at;
  return pattern.test(scan.source);
}

function copy(scan: Scan, length: number): void {
  scan.out += scan.source.slice(scan.at, scan.at + length);
  scan.at += length;
}
