// Every recipe, alone with the schema and inside the starter bundle: it loads without a new finding, and its cases come out as written.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readBundleFiles } from '../../../src/decide/bundle-files.ts';
import type { BundleFiles } from '../../../src/decide/bundle-files.ts';
import { addRecipe } from '../../../src/decide/recipes/add-recipe.ts';
import { RECIPES } from '../../../src/decide/recipes/recipe-list.ts';
import { recipeValues } from '../../../src/decide/recipes/recipe.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const STARTER = fileURLToPath(new URL('../../../policies', import.meta.url));
const ALONE: BundleFiles = {
  directory: '/nowhere',
  schema: readFileSync(`${STARTER}/schema.cedarschema`, 'utf8'),
  entities: '[]\n',
  constraints: '',
  policies: new Map(),
  digest: '',
};

test('alone, each recipe does what its cases promise, and every policy of it decides one', () => {
  for (const recipe of RECIPES) {
    const { files, notes } = addRecipe(recipe, recipeValues(recipe, new Map()), ALONE);
    assert.deepEqual(notes, [], recipe.name);
    const cases = files.find(({ name }) => name.startsWith('cases/'))?.text ?? '';
    for (const [, id = ''] of (files[0]?.text ?? '').matchAll(/@id\("([^"]+)"\)/g))
      assert.ok(cases.includes(id), `${recipe.name}: ${id}`);
  }
});

test('in the starter bundle each one loads, and no case is weaker', async () => {
  const { files } = await readBundleFiles(STARTER);
  assert.ok(files !== null);
  for (const recipe of RECIPES)
    assert.ok(addRecipe(recipe, recipeValues(recipe, new Map()), files).files.length >= 2, recipe.name);
});

test('values are named and written as the recipe says, so none of them can end a string of a policy', async () => {
  const [recipe] = RECIPES;
  assert.ok(recipe !== undefined);
  for (const [name, value] of [
    ['domain', 'example.com'],
    ['domains', ''],
    ['domains', 'Example.com'],
    ['domains', 'a.example", "b.example'],
  ] as const)
    await throwsWithCode('USAGE', () => recipeValues(recipe, new Map([[name, value]])));
});
