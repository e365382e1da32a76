// Which bundle a `policy` subcommand is about.

import { resolve } from 'node:path';
import type { Cli } from './cli.ts';
import { type CommonOptions, configOf } from './common-options.ts';

/** The directory that was named, against the terminal's; without one the configuration's `policiesDir`. */
export async function bundleDirectory(cli: Cli, named: string | undefined, options: CommonOptions): Promise<string> {
  return named === undefined ? (await configOf(cli, options)).policiesDir : resolve(cli.terminal.cwd, named);
}
