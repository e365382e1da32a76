// One word of a shell command: its quotes taken off, its expansions marked. What sh and bash could read in two ways is not read at all.

/**
 * `fixed`: stands for itself. `one`: expands to exactly one word (`"$x"`). `glob`: to names of files. `many`: to any number of words (`$x`,
 * `"$@"`, `{a,b}`).
 */
type WordKind = 'fixed' | 'one' | 'glob' | 'many';

export interface ShellWord {
  /** What it is once the quotes are off; of a word that expands, as it is written. */
  readonly text: string;
  /** Of it what stands before the first expansion. */
  readonly lead: string;
  readonly kind: WordKind;
  /** Nothing of it is quoted or escaped: only then is it a keyword or the number of a redirection. */
  readonly bare: boolean;
  /** It is written as `name=…`, the name without quotes. */
  readonly assigns: boolean;
}

/** The reader of a whole script, as far as words need it. */
export interface ShellCursor {
  readonly text: string;
  at: number;
  /** A here-document begins at the end of this line. */
  readonly awaits: boolean;
  /** Reads the commands of `$(…)` up to and with the closing parenthesis. */
  inside(): void;
}

/** Whoever reads the script ends with this: what it would do can't be told. */
export class Unsure extends Error {}

export function unsure(): never {
  throw new Unsure();
}

const ENDS_WORD = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')']);
const ASSIGNS = /^[A-Za-z_][A-Za-z0-9_]*\+?=/;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/**
 * `${x}`, `${x:-text}`, `${x%.ts}`, `${x:2:3}`, `${#x}`, with plain text behind the sign. INVARIANT: no arithmetic but of digits, no
 * indirection and no `@P`: bash runs what it finds in a value there.
 */
const BRACED =
  /\$\{(?:[0-9@*#?$-]|#[A-Za-z_][A-Za-z0-9_]*|([A-Za-z_][A-Za-z0-9_]*)(?::[0-9]{1,6}(?::[0-9]{1,6})?|(%%?|##?|:?[-+=?]|\/\/?)[\w .,:/*=@%+^-]*)?)\}/y;
/** Behind a `$` that stands for itself. */
const AFTER_PLAIN_DOLLAR = /^[ \t\n/.,:%+=~^\]}]?$/;
/** Blanks of some locales, and what reorders or hides text. Not spaces and line ends: those never come here. */
const ODD = /[\p{Z}\p{C}]/u;
/** Names whose value says what programs run, or how the shell reads what follows. */
const GOVERNS =
  /^(?:PATH|ENV|SHELLOPTS|BASHOPTS|BASH.*|PS[0-4]|PROMPT_COMMAND|LD_.*|DYLD_.*|POSIXLY_CORRECT|GLOBIGNORE|EXECIGNORE|FPATH|ZDOTDIR|GIT_(?:SSH|SSH_COMMAND|EXTERNAL_DIFF|PAGER|EDITOR|SEQUENCE_EDITOR|ASKPASS|SSH_ASKPASS|EXEC_PATH|CONFIG.*|PROXY_COMMAND|TEMPLATE_DIR)|SSH_ASKPASS|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESSOPEN|LESSCLOSE|NODE_OPTIONS|PYTHONSTARTUP|PERL5OPT|PERL5DB|RUBYOPT|JAVA_TOOL_OPTIONS)$/i;

/** Where programs are looked for: setting it is told, and what is set is not. */
export const SEARCH_PATH = 'PATH';

export function isVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !GOVERNS.test(name);
}

interface WordState {
  readonly start: number;
  text: string;
  lead: string | null;
  kind: WordKind;
  bare: boolean;
  /** An unquoted brace: it may be one of an expansion. */
  braced: boolean;
}

/** The word at the cursor, which stands on its first character. Throws Unsure. */
export function readWord(cursor: ShellCursor): ShellWord {
  const state: WordState = { start: cursor.at, text: '', lead: null, kind: 'fixed', bare: true, braced: false };
  while (cursor.at < cursor.text.length) {
    const sign = cursor.text.charAt(cursor.at);
    if (ENDS_WORD.has(sign)) break;
    readPiece(cursor, state, sign);
  }
  // An array, a function, a pattern of extglob.
  if (cursor.text.charAt(cursor.at) === '(') unsure();
  const { bare, text, braced } = state;
  if (braced && /,|\.\./.test(text)) expand(state, 'many');
  const written = cursor.text.slice(state.start, cursor.at);
  // Brackets that nothing closes: the commands of that name.
  if (written === '[' || written === '[[') state.kind = 'fixed';
  const assigns = ASSIGNS.test(written);
  if (state.kind === 'fixed') return { text, lead: text, kind: 'fixed', bare, assigns };
  return { text: written, lead: state.lead ?? text, kind: state.kind, bare, assigns };
}

function readPiece(cursor: ShellCursor, state: WordState, sign: string): void {
  switch (sign) {
    case "'":
      return readSingle(cursor, state);
    case '"':
      return readDouble(cursor, state);
    case '\\':
      return readEscape(cursor, state);
    case '$':
      return readDollar(cursor, state, false);
    case '`':
      return unsure();
    default:
      if (sign === '*' || sign === '?' || sign === '[') expand(state, 'glob');
      if (sign === '{' || sign === '}') state.braced = true;
      readPlain(cursor, state);
  }
}

function readPlain(cursor: ShellCursor, state: WordState): void {
  const character = String.fromCodePoint(cursor.text.codePointAt(cursor.at) ?? 0);
  if (character > '~' && ODD.test(character)) unsure();
  state.text += character;
  cursor.at += character.length;
}

function readSingle(cursor: ShellCursor, state: WordState): void {
  const end = cursor.text.indexOf("'", cursor.at + 1);
  if (end === -1) unsure();
  quoted(cursor, state, cursor.text.slice(cursor.at + 1, end));
  cursor.at = end + 1;
}

function readEscape(cursor: ShellCursor, state: WordState): void {
  const next = cursor.text.charAt(cursor.at + 1);
  if (next === '') unsure();
  // A line that goes on: both characters are gone before anybody looks for words.
  if (next === '\n') {
    if (cursor.awaits) unsure();
  } else {
    state.text += next;
    state.bare = false;
  }
  cursor.at += 2;
}

function readDouble(cursor: ShellCursor, state: WordState): void {
  cursor.at += 1;
  quoted(cursor, state, '');
  for (;;) {
    const sign = cursor.text.charAt(cursor.at);
    if (sign === '' || sign === '`') unsure();
    if (sign === '"') break;
    if (sign === '$') {
      readDollar(cursor, state, true);
      continue;
    }
    const next = cursor.text.charAt(cursor.at + 1);
    const escapes = sign === '\\' && next !== '' && '$`"\\\n'.includes(next);
    quoted(cursor, state, escapes ? (next === '\n' ? '' : next) : sign);
    if (next === '\n' && escapes && cursor.awaits) unsure();
    cursor.at += escapes ? 2 : 1;
  }
  cursor.at += 1;
}

function quoted(cursor: ShellCursor, state: WordState, text: string): void {
  if (cursor.awaits && text.includes('\n')) unsure();
  state.text += text;
  state.bare = false;
}

function readDollar(cursor: ShellCursor, state: WordState, inQuotes: boolean): void {
  const next = cursor.text.charAt(cursor.at + 1);
  if (next === '(') {
    if (cursor.text.charAt(cursor.at + 2) === '(' || cursor.awaits) unsure();
    expand(state, inQuotes ? 'one' : 'many');
    cursor.at += 2;
    cursor.inside();
    return;
  }
  const length = expansionLength(cursor);
  if (length > 0) {
    expand(state, inQuotes && next !== '@' && !cursor.text.startsWith('{@', cursor.at + 1) ? 'one' : 'many');
    cursor.at += length;
    return;
  }
  if (!AFTER_PLAIN_DOLLAR.test(next) && !(inQuotes && (next === '"' || next === "'"))) unsure();
  state.text += '$';
  cursor.at += 1;
}

/** Of `$name`, `$1`, `${…}`; 0 where the dollar begins none of them. */
function expansionLength({ text, at }: ShellCursor): number {
  const next = text.charAt(at + 1);
  if (next === '{') {
    BRACED.lastIndex = at;
    const [whole, name = '', sign = ''] = BRACED.exec(text) ?? unsure();
    // `${PATH:=…}` sets it.
    if (sign.endsWith('=') && !isVariable(name)) unsure();
    return whole.length;
  }
  NAME.lastIndex = at + 1;
  const name = NAME.exec(text);
  if (name !== null) return 1 + name[0].length;
  return next !== '' && '0123456789@*#?$!-'.includes(next) ? 2 : 0;
}

const RANK: Readonly<Record<WordKind, number>> = { fixed: 0, one: 1, glob: 2, many: 3 };

function expand(state: WordState, kind: WordKind): void {
  state.lead ??= state.text;
  if (RANK[kind] > RANK[state.kind]) state.kind = kind;
}
