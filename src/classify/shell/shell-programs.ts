// Which programs the commands of a script run, the ones that other programs are told to run among them.

import { isBuiltinCallPlain, setsAnything } from './builtin-call.ts';
import type { ShellCommand } from './shell-redirection.ts';
import { KEYWORDS, readShell } from './shell-script.ts';
import type { ShellWord } from './shell-word.ts';
import { marked, wrappedWords } from './wrapped-words.ts';
import { OTHER_SHELLS, SHELLS, UNREAD_PROGRAMS, type Wrapper, WRAPPERS } from './wrappers.ts';

export interface ShellRun {
  /** False: what else it would run can't be told. Then only `feedsShell` counts. */
  readonly known: boolean;
  /** As written, without their folder, and that in lower case. With `PATH=` among them others may run under the names that are told. */
  readonly programs: ReadonlySet<string>;
  /** Every word, those that expand as they are written. */
  readonly words: ReadonlySet<string>;
  /** Files that are written to; null when one of them can't be told. */
  readonly writes: ReadonlySet<string> | null;
  readonly pipes: boolean;
  readonly substitutes: boolean;
  /** A shell takes its commands from a pipe, a file or the script's own text. */
  readonly feedsShell: boolean;
}

/** Told besides the programs where a script changes what names mean: a list of programs that may run does not hold it. */
const RENAMES = 'PATH=';
/** INVARIANT: a script from there is one from a pipe or from the text itself, by whatever way it is written. */
const STREAMS = /(?:^|\/)(?:dev|proc)\//i;

const MAX_DEPTH = 8;
const MAX_WORDS = 1000;
const FIND_RUNS: ReadonlySet<string> = new Set(['-exec', '-execdir', '-ok', '-okdir']);

interface Found {
  known: boolean;
  readonly programs: Set<string>;
  readonly words: Set<string>;
  writes: Set<string> | null;
  pipes: boolean;
  substitutes: boolean;
  feedsShell: boolean;
}

/** Of a script in the language of sh and bash. Never throws. */
export function runsOfScript(text: string): ShellRun {
  const found = nothing();
  addScript(found, text, 0);
  return found;
}

/** Of words that are started without a shell. */
export function runsOfWords(words: readonly string[]): ShellRun {
  const found = nothing();
  for (const word of words) addWord(found, word);
  addRun(found, words.map(fixedWord), { depth: 0, added: false });
  return found;
}

function nothing(): Found {
  return {
    known: true,
    programs: new Set(),
    words: new Set(),
    writes: new Set(),
    pipes: false,
    substitutes: false,
    feedsShell: false,
  };
}

function fixedWord(text: string): ShellWord {
  return { text, lead: text, kind: 'fixed', bare: false, assigns: false };
}

function addScript(found: Found, text: string, depth: number): void {
  const script = readShell(text);
  if (script === null || depth > MAX_DEPTH) {
    found.known = false;
    return;
  }
  found.pipes ||= script.pipes;
  found.substitutes ||= script.substitutes;
  for (const command of script.commands) addCommand(found, command, depth);
}

function addCommand(found: Found, { assigned, words, writes, input }: ShellCommand, depth: number): void {
  for (const word of [...assigned, ...words]) addWord(found, word.text);
  if (assigned.some(({ lead }) => /^PATH\+?=/.test(lead))) found.programs.add(RENAMES);
  for (const file of writes) {
    if (file.kind === 'fixed') found.writes?.add(file.text);
    else found.writes = null;
  }
  // The shell itself would go on reading there.
  if (input && words[0]?.text === 'exec') found.known = false;
  addRun(found, words, { depth, added: false });
}

function addWord(found: Found, text: string): void {
  found.words.add(text);
  if (found.words.size > MAX_WORDS) found.known = false;
}

/** Where a command stands: how many scripts are around it, and whether more words come behind those that are written (xargs). */
interface Around {
  readonly depth: number;
  readonly added: boolean;
}

/** Under `added` a command without a program is one of which nobody can tell. */
function addRun(found: Found, words: readonly ShellWord[], around: Around): void {
  const [first, ...args] = words;
  if (first === undefined) {
    if (around.added) found.known = false;
    return;
  }
  if (first.kind !== 'fixed' || first.text === '' || around.depth > MAX_DEPTH) {
    found.known = false;
    return;
  }
  const base = first.text.slice(first.text.lastIndexOf('/') + 1);
  // Some file systems do not tell one case from the other.
  const name = base.toLowerCase();
  for (const each of [first.text, base, name]) found.programs.add(each);
  addCall(found, name, args, around);
}

function addCall(found: Found, name: string, args: readonly ShellWord[], around: Around): void {
  const wrapper = WRAPPERS.get(name);
  if (UNREAD_PROGRAMS.has(name) || name === '') found.known = false;
  else if (OTHER_SHELLS.has(name)) {
    found.known = false;
    found.feedsShell ||= args.length === 0;
  } else if (SHELLS.has(name)) addShell(found, args, around);
  else if (name === '.' || name === 'source') addSourced(found, args, around);
  else if (name === 'find') addFind(found, args, around);
  else if (wrapper !== undefined) addWrapped(found, name, wrapper, args, around);
  else if (!isBuiltinCallPlain(name, args)) found.known = false;
  else if ((name === 'export' || name === 'readonly') && args.some(setsAnything)) found.programs.add(RENAMES);
}

/** `. venv/bin/activate`: the file is run like a program, and may give any name another meaning. One without a slash is looked for. */
function addSourced(found: Found, [file]: readonly ShellWord[], { added }: Around): void {
  if (added || file?.kind !== 'fixed' || !file.text.includes('/')) found.known = false;
  else {
    addFile(found, file.text);
    found.programs.add(RENAMES);
  }
}

/** A script that a shell reads. */
function addFile(found: Found, text: string): void {
  if (STREAMS.test(text)) {
    found.known = false;
    found.feedsShell = true;
  }
  for (const each of [text, text.slice(text.lastIndexOf('/') + 1)]) found.programs.add(each);
}

/** `sh -c 'script' …`, or `sh file …`. */
function addShell(found: Found, args: readonly ShellWord[], around: Around): void {
  const options = shellOptions(args);
  const [text, ...rest] = args.slice(options?.at ?? 0);
  if (options === null) found.known = false;
  else if (text === undefined) {
    found.known = false;
    found.feedsShell ||= !options.script;
  } else if (text.kind !== 'fixed' || /^[-+]/.test(text.text)) found.known = false;
  else if (options.script) {
    for (const word of rest) addWord(found, word.text);
    addScript(found, text.text, around.depth + 1);
  } else addFile(found, text.text);
}

/** Null: one that is not known, which may change how the script is read. */
function shellOptions(args: readonly ShellWord[]): { readonly at: number; readonly script: boolean } | null {
  let at = 0;
  let script = false;
  for (let word = args[at]; word?.kind === 'fixed' && word.text.startsWith('-'); word = args[(at += 1)]) {
    if (/^-[leuxv]*c[leuxv]*$/.test(word.text)) script = true;
    else if (word.text === '-o' && args[at + 1]?.text === 'pipefail') at += 1;
    else if (!/^(?:-[leuxv]+|--login|--norc|--noprofile|--posix)$/.test(word.text)) return null;
  }
  return { at, script };
}

function addWrapped(found: Found, name: string, wrapper: Wrapper, args: readonly ShellWord[], around: Around): void {
  // `command -v name` only tells where it is.
  if (name === 'command' && /^-[vV]$/.test(args[0]?.text ?? '')) return;
  const words = wrappedWords(name, wrapper, args);
  if (words === null) found.known = false;
  else addInner(found, name, words, { ...around, added: around.added || wrapper.adds === true });
}

function addInner(found: Found, name: string, words: readonly ShellWord[], around: Around): void {
  const [first] = words;
  // `time` is a keyword in bash, and another command may follow; `exec` and `env` alone run nothing, `xargs` alone runs echo.
  if (first !== undefined && name === 'time' && (KEYWORDS.has(first.text) || first.text.includes('='))) found.known = false;
  else if (first !== undefined || name !== 'xargs' || around.depth > 0)
    addRun(found, words, { ...around, depth: around.depth + 1 });
  else found.programs.add('echo');
}

/** INVARIANT: no word of it may become `-exec` only when it runs. */
function addFind(found: Found, args: readonly ShellWord[], around: Around): void {
  const safe = (word: ShellWord): boolean => word.kind === 'fixed' || (word.kind === 'glob' && /^[^-*?[]/.test(word.text));
  if (around.added || !args.every(safe)) return void (found.known = false);
  for (let at = 0; at < args.length; at += 1) {
    if (!FIND_RUNS.has(args[at]?.text ?? '')) continue;
    const rest = args.slice(at + 1);
    const end = rest.findIndex(({ text }, i) => text === ';' || (text === '+' && rest[i - 1]?.text === '{}'));
    if (end === -1) return void (found.known = false);
    addRun(found, marked(rest.slice(0, end), '{}'), { depth: around.depth + 1, added: true });
    at += end;
  }
}
