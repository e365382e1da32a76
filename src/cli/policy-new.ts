// `interlock policy new`: policies for one purpose with their cases, written into a bundle that must load with them.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import type { BundleFiles } from '../decide/bundle-files.ts';
import type { Recipe } from '../decide/recipes/recipe.ts';
import { InterlockError } from '../errors.ts';
import { bundleDirectory } from './bundle-directory.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf } from './common-options.ts';
import { usage } from './failure.ts';
import { replaceFile } from './replace-file.ts';

interface NewOptions extends CommonOptions {
  readonly dir?: string;
  readonly list?: boolean;
  readonly set?: ReadonlyMap<string, string>;
}

export function registerPolicyNew(policy: Command, cli: Cli): void {
  leaf(policy, 'new [recipe]', 'write policies and their cases from a recipe into a bundle; nothing there is overwritten', [
    'policy new --list',
    'policy new refund-ceiling --set ceiling=20000 --set currency=EUR',
    'policy new mail-own-domains --dir ./policies --set domains=example.com,example.org',
  ])
    .option('--list', 'show the recipes with their values')
    .option('--dir <directory>', "the bundle (default: the configuration's policiesDir); an empty or new one gets the schema too")
    .option('--set <name=value>', 'a value of the recipe; may be repeated', nameAndValue)
    .action((recipe: string | undefined, _: NewOptions, command: Command) => create(cli, recipe, command.optsWithGlobals()));
}

async function create(cli: Cli, named: string | undefined, options: NewOptions): Promise<void> {
  const { RECIPES } = await import('../decide/recipes/recipe-list.ts');
  if (options.list === true) return list(cli, RECIPES, options);
  const recipe = RECIPES.find(({ name }) => name === named);
  if (recipe === undefined) {
    const said = named === undefined ? 'name a recipe' : `there is no recipe ${named.slice(0, 60)}`;
    throw usage(said, `There are ${RECIPES.map(({ name }) => name).join(', ')}. See \`interlock policy new --list\`.`);
  }
  const { recipeValues } = await import('../decide/recipes/recipe.ts');
  const { addRecipe } = await import('../decide/recipes/add-recipe.ts');
  const values = recipeValues(recipe, options.set ?? new Map());
  const directory = await bundleDirectory(cli, options.dir, options);
  refuseTaken(directory, recipe);
  const fresh = !existsSync(join(directory, 'schema.cedarschema'));
  const added = addRecipe(recipe, values, fresh ? emptyBundle(directory) : await filesOf(directory));
  if (fresh) writeFresh(directory);
  for (const { name, text, added: isNew } of added.files) write(join(directory, name), text, isNew);
  const { notes } = added;
  const files = added.files.map((file) => ({ file: file.name, added: file.added }));
  answer(cli, options, { recipe: recipe.name, directory, files, notes }, () => [
    ...files.map((file) => `${join(directory, file.file)}: ${file.added ? 'written' : 'extended'}`),
    ...notes.map((note) => `note: ${note}`),
    'The cases say what comes out in this bundle. Read the policies, then run `interlock policy check`.',
  ]);
}

function list(cli: Cli, recipes: readonly Recipe[], options: CommonOptions): void {
  const json = recipes.map(({ name, summary, parameters }) => ({ name, summary, parameters }));
  answer(cli, options, json, () =>
    recipes.flatMap(({ name, summary, parameters }) => [
      `${name}: ${summary}`,
      ...parameters.map((one) => `    --set ${one.name}=${one.initial}    ${one.about}`),
    ]),
  );
}

function refuseTaken(directory: string, recipe: Recipe): void {
  const taken = [`${recipe.name}.cedar`, `cases/${recipe.name}.yaml`].find((name) => existsSync(join(directory, name)));
  if (taken === undefined) return;
  throw new InterlockError('USAGE', `${join(directory, taken)} is there already`, {
    hint: 'change that file, or move it away first',
  });
}

async function filesOf(directory: string): Promise<BundleFiles> {
  const { readBundleFiles } = await import('../decide/bundle-files.ts');
  const { bundleError } = await import('../decide/bundle.ts');
  const { files, findings } = await readBundleFiles(directory);
  if (files === null) throw bundleError(directory, findings);
  return files;
}

/** The schema of this installation, two folders up from src/cli as from dist/cli. */
function shippedSchema(): string {
  return readFileSync(fileURLToPath(new URL('../../policies/schema.cedarschema', import.meta.url)), 'utf8');
}

/** Entities, constraints and budgets may be there already: they stay. */
function emptyBundle(directory: string): BundleFiles {
  const there = (name: string): string | undefined =>
    existsSync(join(directory, name)) ? readFileSync(join(directory, name), 'utf8') : undefined;
  const budgets = there('budgets.yaml');
  return {
    directory,
    schema: shippedSchema(),
    entities: there('entities.json') ?? '[]\n',
    constraints: there('constraints.yaml') ?? '',
    ...(budgets === undefined ? {} : { budgets }),
    policies: new Map(),
    digest: '',
  };
}

/** What a bundle needs beside policies. */
function writeFresh(directory: string): void {
  mkdirSync(directory, { recursive: true });
  write(join(directory, 'schema.cedarschema'), shippedSchema(), true);
  for (const [name, text] of [
    ['entities.json', '[]\n'],
    ['constraints.yaml', ''],
  ] as const) {
    if (!existsSync(join(directory, name))) write(join(directory, name), text, true);
  }
}

function write(path: string, text: string, isNew: boolean): void {
  if (!isNew) return replaceFile(path, text);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: 'wx' });
}

function nameAndValue(text: string, before: ReadonlyMap<string, string> | undefined): Map<string, string> {
  const mark = text.indexOf('=');
  if (mark < 1) throw new InvalidArgumentError('It is written name=value.');
  return new Map([...(before ?? []), [text.slice(0, mark), text.slice(mark + 1)]]);
}
