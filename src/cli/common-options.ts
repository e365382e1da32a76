// What every subcommand takes and shows: --config, --json, an example, and lists that add up.

import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import type { Operator } from '../serve/operator.ts';
import type { Cli } from './cli.ts';

export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** A subcommand with the options that all have. `signature` is commander's: `add <name>`. */
export function leaf(parent: Command, signature: string, summary: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ interlock ${example}`);
  return parent
    .command(signature)
    .description(summary)
    .option('--config <file>', 'configuration file (default: $INTERLOCK_CONFIG, else ./interlock.yaml)')
    .option('--json', 'answer in JSON: lists are arrays, all else is one object')
    .addHelpText('after', `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`);
}

/** A group of subcommands: `interlock agents` alone shows its help. */
export function group(program: Command, name: string, summary: string, example: string): Command {
  return program.command(name).description(summary).addHelpText('after', `\nExample:\n  $ interlock ${example}`);
}

export async function configOf(cli: Cli, options: CommonOptions): Promise<Config> {
  const { loadConfig } = await import('../config/load-config.ts');
  return loadConfig(options.config ?? null, cli.terminal.cwd, cli.terminal.env);
}

/** Does `work` with the gateway's operator, and lets go of it (and of the data folder's lock) whatever happens. */
export async function withOperator<T>(
  cli: Cli,
  options: CommonOptions,
  work: (operator: Operator, config: Config) => Promise<T>,
): Promise<T> {
  const config = await configOf(cli, options);
  await using operator = await cli.connect(config);
  return await work(operator, config);
}

/** Prints the answer: as JSON when asked for, else the lines made for people. */
export function answer(cli: Cli, options: CommonOptions, json: unknown, lines: () => readonly string[]): void {
  if (options.json === true) cli.terminal.out(`${JSON.stringify(json, null, 2)}\n`);
  else
    cli.terminal.out(
      lines()
        .map((line) => `${line}\n`)
        .join(''),
    );
}

/** Commander's parser for options that may be repeated and may hold commas: `--team a,b --team c`. */
export function listed(value: string, before: readonly string[] | undefined): string[] {
  const items = value.split(',').map((item) => item.trim());
  return [...(before ?? []), ...items.filter((item) => item !== '')];
}
