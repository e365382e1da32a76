// Commands whose files are loaded when they are called: `exec` stands before every program of an agent, and needs no Cedar to begin.

import type { Command } from 'commander';
import type { Cli } from './cli.ts';

/**
 * `rest` is what follows the command's own name on the command line, for a group that loads its subcommands in the same way; null: nothing
 * but the command's own line in a list is wanted.
 */
export type Register = (parent: Command, cli: Cli, rest: readonly string[] | null) => void | Promise<void>;

/** By name, in the order of the help. */
export type LoadedCommands = ReadonlyMap<string, () => Promise<Register>>;

/** What asks for the list and nothing else. */
const LIST: ReadonlySet<string> = new Set(['--help', '-h', 'help']);

/**
 * Registers the command that `args` begins with; or all of them, where help, a mistake or an option in front leaves open which it is:
 * the help lists them all, and a name that is wrong is told the nearest right one.
 */
export async function registerNamed(commands: LoadedCommands, parent: Command, cli: Cli, args: readonly string[]): Promise<void> {
  const [name = '', ...rest] = args;
  const named = commands.get(name);
  if (named !== undefined) return (await named())(parent, cli, rest);
  const further = args.length === 0 || (args.length === 1 && LIST.has(name)) ? null : [];
  for (const load of commands.values()) await (await load())(parent, cli, further);
}
