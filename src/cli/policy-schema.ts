// `interlock policy schema`: the words that policies are written in, as Cedar's text or as its JSON, for people and for editors.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import type { Budget } from '../budget/budget.ts';
import type { EngineInstance } from '../decide/engine.ts';
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
  const counted = options.shipped === true ? null : await budgetsText(directory);
  const asJson = options.format === 'json' || (options.format === undefined && options.json === true);
  const shown = asJson ? await jsonSchema(directory, text, counted) : await textSchema(directory, text, counted);
  if (options.out === undefined) cli.terminal.out(shown);
  else write(resolve(cli.terminal.cwd, options.out), shown);
}

/** Two folders up, from src/cli as from dist/cli. */
function shippedBundle(): string {
  return fileURLToPath(new URL('../../policies', import.meta.url));
}

/** Null where the bundle counts nothing. */
async function budgetsText(directory: string): Promise<string | null> {
  const { BUDGETS_FILE } = await import('../decide/bundle-files.ts');
  const file = join(directory, BUDGETS_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** As it is, and below it what the bundle's budgets add. Throws BUNDLE_INVALID for budgets that can't be read. */
async function textSchema(directory: string, text: string, counted: string | null): Promise<string> {
  if (counted === null) return text;
  const { budgetSchemaText } = await import('../budget/budget-schema-text.ts');
  const { openInstance } = await import('../decide/engine.ts');
  return text + budgetSchemaText(await budgetsOf(directory, text, counted, openInstance()));
}

/** Throws BUNDLE_INVALID for a schema that Cedar can't read, and for budgets that can't be read. */
async function jsonSchema(directory: string, text: string, counted: string | null): Promise<string> {
  const { openInstance } = await import('../decide/engine.ts');
  const { documentedSchema } = await import('../decide/documented-schema.ts');
  const engine = openInstance();
  // The schema first: without it nothing can be said of budgets.
  const plain = documentedSchema(text, engine);
  const whole = counted === null ? plain : documentedSchema(text, engine, await budgetsOf(directory, text, counted, engine));
  return `${JSON.stringify(whole, null, 2)}\n`;
}

async function budgetsOf(
  directory: string,
  schemaText: string,
  text: string,
  engine: EngineInstance,
): Promise<readonly Budget[]> {
  const { BUDGETS_FILE } = await import('../decide/bundle-files.ts');
  const { parseBudgets } = await import('../budget/budgets-file.ts');
  const { shapeOf } = await import('../decide/schema-shape.ts');
  const { bundleError } = await import('../decide/bundle.ts');
  const parsed = engine.parseSchema(schemaText);
  // A schema that can't be read is shown as it is; `policy check` says what is wrong with it.
  if ('errors' in parsed) return [];
  const { budgets, findings } = parseBudgets(BUDGETS_FILE, text, shapeOf(parsed.value));
  if (findings.length > 0) throw bundleError(directory, findings);
  return budgets;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
    throw new InterlockError('USAGE', `${path} is there already`, { cause: thrown, hint: 'name another file, or move it away' });
  }
}
