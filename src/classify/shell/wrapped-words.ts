// The command that another program is told to run: what is left of its words behind its own options and operands.

import { isVariable, type ShellWord } from './shell-word.ts';
import type { Wrapper } from './wrappers.ts';

interface Options {
  /** The first word behind them. */
  readonly at: number;
  /** What xargs puts its own words in the place of. */
  readonly replaced: string | null;
}

/** Null: an option that is not known, or a word that may be any. */
export function wrappedWords(name: string, wrapper: Wrapper, args: readonly ShellWord[]): readonly ShellWord[] | null {
  const options = name === 'xargs' ? optionsOf(args, wrapper, /^-I/) : optionsOf(args, wrapper, null);
  const at = options === null ? null : behindOperands(args, options.at, wrapper);
  return options === null || at === null ? null : marked(args.slice(at), options.replaced);
}

function optionsOf(args: readonly ShellWord[], { alone, valued }: Wrapper, replaces: RegExp | null): Options | null {
  let replaced: string | null = null;
  let at = 0;
  for (let word = args[at]; word !== undefined; word = args[(at += 1)]) {
    const { text } = word;
    if (word.kind !== 'fixed') return null;
    if (text === '--') return { at: at + 1, replaced };
    if (replaces?.test(text) === true) replaced = text === '-I' ? (args[(at += 1)]?.text ?? '') : text.slice(2);
    else if (valued?.test(text) === true) at += 1;
    else if (!alone.test(text)) return text.startsWith('-') ? null : { at, replaced };
  }
  return { at, replaced };
}

function behindOperands(args: readonly ShellWord[], from: number, { operands = 0, assigns }: Wrapper): number | null {
  let left = operands;
  for (let at = from; at < args.length; at += 1) {
    const word = args[at];
    const name = assigns === true ? /^([^=]*)=/.exec(word?.lead ?? '')?.[1] : undefined;
    if (name === undefined && left === 0) return at;
    if (word?.kind !== 'fixed' || (name !== undefined && !isVariable(name))) return null;
    if (name === undefined) left -= 1;
  }
  return args.length;
}

/** Words in which something else is put before they are used stand for anything. */
export function marked(words: readonly ShellWord[], place: string | null): readonly ShellWord[] {
  if (place === null) return words;
  return words.map((word) => (place === '' || word.text.includes(place) ? { ...word, kind: 'many' } : word));
}
