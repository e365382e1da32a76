// A shell script as the simple commands in it, as sh, dash and bash would come to run them: never fewer than they would.

import { readDocuments, readRedirection, skipBlank, type ShellCommand, type ShellReader } from './shell-redirection.ts';
import { isVariable, readWord, SEARCH_PATH, type ShellWord, Unsure, unsure } from './shell-word.ts';

export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  readonly pipes: boolean;
  readonly substitutes: boolean;
}

const MAX_CHARACTERS = 20_000;
const MAX_COMMANDS = 300;
const MAX_DEPTH = 8;
/** All but these make a script that readers see other words in than people do. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
/** Behind each a command begins, and they are none themselves. A script in which they stand wrongly does not run. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'do',
  'done',
  '{',
  '}',
  '!',
]);
/** What follows is no command, or one in words of its own. The last are zsh's. */
const UNREAD_KEYWORDS: ReadonlySet<string> = new Set(
  'case esac select function coproc in repeat foreach end noglob nocorrect always'.split(' '),
);

/** Null: what it would run can't be told surely. Never throws. */
export function readShell(text: string): ShellScript | null {
  if (text.length > MAX_CHARACTERS || CONTROL.test(text) || !text.isWellFormed()) return null;
  const reader: ShellReader = {
    text,
    at: 0,
    commands: [],
    delimiters: [],
    depth: 0,
    pipes: false,
    substitutes: false,
    current: empty(),
    sealed: false,
    get awaits() {
      return reader.delimiters.length > 0;
    },
    inside: () => readInside(reader),
  };
  try {
    readList(reader, false);
    if (reader.awaits) return null;
    const { commands, pipes, substitutes } = reader;
    return { commands, pipes, substitutes };
  } catch (thrown) {
    if (thrown instanceof Unsure) return null;
    throw thrown;
  }
}

function empty(): ShellCommand {
  return { assigned: [], words: [], writes: [], input: false };
}

/** The commands of a substitution stand before the one that they are in: that is when they run. */
function readInside(reader: ShellReader): void {
  const { current, sealed } = reader;
  reader.substitutes = true;
  reader.current = empty();
  reader.sealed = false;
  readList(reader, true);
  reader.current = current;
  reader.sealed = sealed;
}

/** Up to the end of the text, or to the parenthesis that closes a substitution. */
function readList(reader: ShellReader, closes: boolean): void {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) unsure();
  let open = 0;
  let closed = !closes;
  for (;;) {
    skipBlank(reader);
    const sign = reader.text.charAt(reader.at);
    if (sign === '') break;
    if (sign === ')' && open === 0 && closes) {
      reader.at += 1;
      closed = true;
      break;
    }
    if (sign === '(' || sign === ')') {
      open += readParenthesis(reader, sign);
      if (open < 0 || open > MAX_DEPTH) unsure();
    } else if (!readOperator(reader, sign, closes) && !readRedirection(reader, closes)) takeWord(reader, readWord(reader));
  }
  if (open > 0 || !closed) unsure();
  endCommand(reader);
  reader.depth -= 1;
}

function readParenthesis(reader: ShellReader, sign: string): number {
  if (sign === ')') {
    endCommand(reader);
    reader.at += 1;
    return -1;
  }
  const { words, assigned, writes, input } = reader.current;
  // A function, an array, arithmetic.
  if (words.length + assigned.length + writes.length > 0 || input || reader.text.charAt(reader.at + 1) === '(') unsure();
  reader.at += 1;
  return 1;
}

function readOperator(reader: ShellReader, sign: string, inside: boolean): boolean {
  const next = reader.text.charAt(reader.at + 1);
  if (sign === '\n') {
    endCommand(reader);
    reader.at += 1;
    if (reader.awaits && !inside) readDocuments(reader);
    return true;
  }
  if (sign === ';') {
    if (next === ';' || next === '&') unsure();
  } else if (sign === '|') {
    if (next !== '|') reader.pipes = true;
  } else if (sign !== '&' || next === '>') return false;
  endCommand(reader);
  reader.at += (sign === next && sign !== ';') || (sign === '|' && next === '&') ? 2 : 1;
  return true;
}

function endCommand(reader: ShellReader): void {
  const { current, commands } = reader;
  reader.sealed = false;
  if (current.words.length + current.assigned.length + current.writes.length === 0 && !current.input) return;
  commands.push(current);
  if (commands.length > MAX_COMMANDS) unsure();
  reader.current = empty();
}

function takeWord(reader: ShellReader, word: ShellWord): void {
  const { current } = reader;
  if (reader.sealed) unsure();
  if (isDescriptor(reader, word)) return;
  if (current.words.length > 0) {
    current.words.push(word);
    return;
  }
  const assigned = /^([A-Za-z_][A-Za-z0-9_]*)\+?=/.exec(word.lead);
  if (assigned !== null) {
    // INVARIANT: where quotes make the difference between a variable and a program, neither is told.
    const [, name = ''] = assigned;
    if (!word.assigns || !(isVariable(name) || name === SEARCH_PATH)) unsure();
    current.assigned.push(word);
    return;
  }
  const isKeyword = word.bare && (KEYWORDS.has(word.text) || UNREAD_KEYWORDS.has(word.text) || word.text === 'for');
  if (!isKeyword) {
    current.words.push(commandWord(word));
    return;
  }
  if (UNREAD_KEYWORDS.has(word.text) || current.assigned.length + current.writes.length > 0 || current.input) unsure();
  if (word.text === 'for') readFor(reader);
}

/** Is it the number of the redirection that follows? */
function isDescriptor({ text, at }: ShellReader, word: ShellWord): boolean {
  if (!/[<>]/.test(text.charAt(at))) return false;
  // `{name}>file` is one in bash, and a word in others; dash takes one digit only.
  const isNumber = word.bare && /^[0-9]+$/.test(word.text);
  if (/^\{.*\}$/.test(word.text) || (isNumber && word.text.length > 1)) unsure();
  return isNumber;
}

/** `for x in words` with its words; `do` is a keyword like any other. */
function readFor(reader: ShellReader): void {
  skipBlank(reader);
  const name = readWord(reader);
  if (!name.bare || !isVariable(name.text)) unsure();
  skipBlank(reader);
  if (!/^in[ \t\n;]/.test(reader.text.slice(reader.at, reader.at + 3))) return;
  reader.at += 2;
  for (skipBlank(reader); !/^[\n;]?$/.test(reader.text.charAt(reader.at)); skipBlank(reader)) {
    if (/[&|<>()]/.test(reader.text.charAt(reader.at))) unsure();
    readWord(reader);
  }
}

/** The word that names the program: INVARIANT: it stands for itself, in letters that no locale reads otherwise. */
function commandWord(word: ShellWord): ShellWord {
  return word.kind === 'fixed' && /^[!-~][ -~]*$/.test(word.text) && !word.text.startsWith('=') ? word : unsure();
}
