// Where a command's input comes from and its output goes, and the here-documents that a script holds itself.

import { readWord, type ShellCursor, type ShellWord, unsure } from './shell-word.ts';

/** `name args`, with what stands before it. Compound commands are not told: what is in them is, in order. */
export interface ShellCommand {
  /** Names of variables that are set for it, or in the shell itself. */
  readonly assigned: ShellWord[];
  readonly words: ShellWord[];
  /** Files that it would write to. */
  readonly writes: ShellWord[];
  /** Its input is taken from a file or from the script itself. */
  input: boolean;
}

export interface ShellReader extends ShellCursor {
  readonly commands: ShellCommand[];
  readonly delimiters: { readonly word: string; readonly tabs: boolean; readonly expands: boolean }[];
  depth: number;
  pipes: boolean;
  substitutes: boolean;
  current: ShellCommand;
  /** In dash `a &>b` is two commands. */
  sealed: boolean;
}

const REDIRECTION = /&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||<|>/y;

export function readRedirection(reader: ShellReader, inside: boolean): boolean {
  REDIRECTION.lastIndex = reader.at;
  const operator = REDIRECTION.exec(reader.text)?.[0];
  if (operator === undefined) return false;
  reader.at += operator.length;
  // `<(…)` runs something.
  skipBlank(reader);
  if (/^[\n;&|<>()]?$/.test(reader.text.charAt(reader.at))) unsure();
  const target = readWord(reader);
  const { current } = reader;
  if (operator === '<<' || operator === '<<-') {
    if (inside || reader.depth > 1 || target.kind !== 'fixed' || !/^[\w.-]+$/.test(target.text)) unsure();
    reader.delimiters.push({ word: target.text, tabs: operator === '<<-', expands: target.bare });
    current.input = true;
  } else if (operator.startsWith('<') && operator !== '<>') current.input = true;
  else if (!operator.endsWith('&') || !/^(?:[0-9]-?|-)$/.test(target.text)) current.writes.push(target);
  if (operator.startsWith('&')) reader.sealed = true;
  return true;
}

/** Blanks, lines that go on, comments. */
export function skipBlank(reader: ShellReader): void {
  const { text } = reader;
  for (;;) {
    const sign = text.charAt(reader.at);
    if (sign === ' ' || sign === '\t') reader.at += 1;
    else if (sign === '\\' && text.charAt(reader.at + 1) === '\n') {
      if (reader.awaits) unsure();
      reader.at += 2;
    } else if (sign === '#') {
      const end = text.indexOf('\n', reader.at);
      reader.at = end === -1 ? text.length : end;
    } else return;
  }
}

/** Values of variables come into it, and stay text; a backslash at the end would join lines. */
const PLAIN_LINE = /^(?:[^$`\\]|\\[^\n]|\$[A-Za-z_0-9?#!$@*-]|\$\{[A-Za-z_]\w*\}|\$(?=[\s.,:;/%)}\]=+]|$))*$/;

/** The lines of the here-documents that were announced. One that expands is only read where nothing in it runs. */
export function readDocuments(reader: ShellReader): void {
  const { text } = reader;
  for (let next = reader.delimiters.shift(); next !== undefined; next = reader.delimiters.shift()) {
    for (;;) {
      if (reader.at >= text.length) unsure();
      const end = text.indexOf('\n', reader.at);
      const line = text.slice(reader.at, end === -1 ? text.length : end);
      reader.at = end === -1 ? text.length : end + 1;
      if ((next.tabs ? line.replace(/^\t+/, '') : line) === next.word) break;
      if (next.expands && !PLAIN_LINE.test(line)) unsure();
    }
  }
}
