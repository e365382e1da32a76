// `interlock policy schema`: the words that policies are written in, as Cedar's text or as its JSON, for people and for editors.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { InterlockError } from '../errors.ts';
import { bundleDirectory } from './bundle-directory.ts';
import type { Cli } from './cli.ts';
import { type CommonOptions, leaf } from './common-options.ts';

interface SchemaOptions extends CommonOptions {
  readonly format?: 'cedar' | 'json';
  readonly out?: string;
  readonly shipped?: boolean;
}

export function registerPolicySchema(policy: Command, cli: Cli): void {
  leaf(
    policy,
    'schema [dir]',
    "print a bundle's Cedar schema: every action, entity and fact with what it means (default: the configuration's policiesDir)",
    [
      'policy schema | less',
      'policy schema --format json --out cedarschema.json',
      'policy schema --shipped --out ./policies/schema.cedarschema',
    ],
  )
    .addOption(new Option('--format <format>', "Cedar's text, or its JSON schema format").choices(['cedar', 'json']))
    .option('--out <file>', 'write it to this file, which must not be there yet')
    .option('--shipped', 'the schema of this installation, not of a bundle')
    .action((directory: string | undefined, _: SchemaOptions, command: Command) =>
      schema(cli, directory, command.optsWithGlobals()),
    );
}

async function schema(cli: Cli, named: string | undefined, options: SchemaOptions): Promise<void> {
  const directory = options.shipped === true ? shippedBundle() : await bundleDirectory(cli, named, options);
  const { SCHEMA_FILE } = await import('../decide/bundle-files.ts');
  const file = join(directory, SCHEMA_FILE);
  if (!existsSync(file)) {
    throw new InterlockError('BUNDLE_INVALID', `there is no ${SCHEMA_FILE} in ${directory}`, {
      hint: 'name a bundle, or print the one of this installation with --shipped',
    });
  }
  const text = readFileSync(file, 'utf8');
  const asJson = options.format === 'json' || (options.format === undefined && options.json === true);
  const shown = asJson ? await jsonSchema(text) : text;
  if (options.out === undefined) cli.terminal.out(shown);
  else write(resolve(cli.terminal.cwd, options.out), shown);
}

/** Two folders up, from src/cli as from dist/cli. */
function shippedBundle(): string {
  return fileURLToPath(new URL('../../policies', import.meta.url));
}

/** Throws BUNDLE_INVALID for a schema that Cedar can't read. */
async function jsonSchema(text: string): Promise<string> {
  const { openInstance } = await import('../decide/engine.ts');
  const { documentedSchema } = await import('../decide/documented-schema.ts');
  return `${JSON.stringify(documentedSchema(text, openInstance()), null, 2)}\n`;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
    throw new InterlockError('USAGE', `${path} is there already`, { cause: thrown, hint: 'name another file, or move it away' });
  }
}
