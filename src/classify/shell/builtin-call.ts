// Calls of a shell's own commands that could set what governs the shell, or make it evaluate a value: only the plain ones are taken.

import { isVariable, SEARCH_PATH, type ShellWord } from './shell-word.ts';

const UNARY = /^-[abcdefghkprstuwxzLOSGN]$/;
const BINARY: ReadonlySet<string> = new Set('= == != -eq -ne -lt -le -gt -ge -nt -ot -ef'.split(' '));

/** False where what the call does hangs on values, or on names that govern the shell. Every other program's call is plain. */
export function isBuiltinCallPlain(name: string, args: readonly ShellWord[]): boolean {
  switch (name) {
    case '[[':
      return args.at(-1)?.text === ']]' && isConditionPlain(args.slice(0, -1));
    case '[':
      return args.at(-1)?.text === ']' && isTestPlain(args.slice(0, -1));
    case 'test':
      return isTestPlain(args);
    case 'export':
    case 'readonly':
      return args.every((word) => isOption(word, /^-p$/) || isAssignment(word) || setsAnything(word));
    case 'unset':
    case 'read':
      return args.every((word) => isOption(word, /^-[rsve]+$/) || isName(word));
    case 'printf':
      return args[0] === undefined || (args[0].kind !== 'many' && !startsWithDash(args[0]));
    case 'set':
      return args.every((word) => isOption(word, /^[-+][eux]*o?$/) || isOption(word, /^(?:pipefail|errexit|nounset|xtrace)$/));
    case 'jobs':
    case 'wait':
      return args.every((word) => word.kind !== 'many' && /^[%$"!\w]*$/.test(word.text));
    default:
      return true;
  }
}

const MATCHES: ReadonlySet<string> = new Set('= == != =~ -nt -ot -ef'.split(' '));

/**
 * Of `[[ … ]]`, in which bash takes operators as they are written, and no value for one. What holds `&&`, `||`, parentheses or line ends does not come
 * here as one command. INVARIANT: no operator that compares numbers: bash evaluates both sides, and runs the `$(…)` in their values.
 */
function isConditionPlain(args: readonly ShellWord[]): boolean {
  const [first, second, third, ...more] = args;
  if (first?.kind === 'fixed' && first.text === '!') return isConditionPlain(args.slice(1));
  if (first === undefined || more.length > 0) return false;
  if (second === undefined) return true;
  if (third === undefined) return first.kind === 'fixed' && UNARY.test(first.text);
  return second.kind === 'fixed' && MATCHES.has(second.text);
}

/** INVARIANT: `-v` is in none of them: bash evaluates what stands between the brackets of its operand. */
function isTestPlain(args: readonly ShellWord[]): boolean {
  const [first, second, third] = args;
  if (first?.kind === 'fixed' && first.text === '!') return isTestPlain(args.slice(1));
  if (args.some(({ kind }) => kind === 'many' || kind === 'glob') || args.length > 3) return false;
  if (args.length <= 1) return true;
  if (third === undefined) return first?.kind === 'fixed' && UNARY.test(first.text);
  return second?.kind === 'fixed' && BINARY.has(second.text);
}

function isOption({ kind, text }: ShellWord, pattern: RegExp): boolean {
  return kind === 'fixed' && pattern.test(text);
}

function isName({ kind, text }: ShellWord): boolean {
  return kind === 'fixed' && isVariable(text);
}

/**
 * `export PATH=…`, or a value that dash splits into words: each could set another name, so what comes later is not surely what its name says. The call
 * itself runs nothing.
 */
export function setsAnything({ kind, lead }: ShellWord): boolean {
  const name = /^([^=]*)=/.exec(lead)?.[1];
  return name === SEARCH_PATH || (name !== undefined && kind === 'many' && isVariable(name));
}

/** `NAME`, or `NAME=value` whose value stays one word. */
function isAssignment({ kind, lead, text }: ShellWord): boolean {
  const name = /^([^=]*)=/.exec(lead)?.[1];
  if (name === undefined) return kind === 'fixed' && isVariable(text);
  return kind !== 'many' && kind !== 'glob' && isVariable(name);
}

function startsWithDash({ lead, kind }: ShellWord): boolean {
  return lead.startsWith('-') || (kind !== 'fixed' && lead === '');
}
