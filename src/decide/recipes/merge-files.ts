// What a recipe adds to entities.json, constraints.yaml and budgets.yaml, put at their ends: what operators wrote stays byte for byte.

import { parse, stringify } from 'yaml';
import { InterlockError } from '../../errors.ts';
import { BUDGETS_FILE, CONSTRAINTS_FILE } from '../bundle-files.ts';
import type { RecipeEntity } from './recipe.ts';

/** Throws BUNDLE_INVALID when the file is no array, or an entity is there already without an attribute that the recipe needs. */
export function mergeEntities(text: string, wanted: readonly RecipeEntity[]): string {
  const list = jsonList(text);
  const missing = wanted.filter((entity) => !isThere(list, entity));
  if (missing.length === 0) return text;
  const end = text.lastIndexOf(']');
  const before = text.slice(0, end).trimEnd();
  const lines = missing.map((entity) => `  ${oneLine(entity)}`).join(',\n');
  return `${before}${list.length === 0 ? '' : ','}\n${lines}\n${text.slice(end).trimEnd()}\n`;
}

function isThere(list: readonly unknown[], wanted: RecipeEntity): boolean {
  const { type, id } = wanted.uid;
  const found = list.filter(isRecord).find(({ uid }) => isRecord(uid) && uid['type'] === type && uid['id'] === id);
  if (found === undefined) return false;
  const attrs = isRecord(found['attrs']) ? found['attrs'] : {};
  const lacking = Object.entries(wanted.attrs).find(([name, value]) => attrs[name] !== value);
  if (lacking === undefined) return true;
  const [name, value] = lacking;
  throw new InterlockError(
    'BUNDLE_INVALID',
    `entities.json has ${type}::${JSON.stringify(id)} without \`${name}: ${String(value)}\``,
    {
      hint: 'add it there by hand: entries that are there already are not changed',
    },
  );
}

function jsonList(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // Told below, as for any other text that is no array.
  }
  throw new InterlockError('BUNDLE_INVALID', 'entities.json is not a JSON array', { hint: 'run `interlock policy check`' });
}

/** As the starter bundle writes them. */
function oneLine({ uid, attrs, parents }: RecipeEntity): string {
  return JSON.stringify({ uid, attrs, parents }, null, 1).replace(/\n\s*/g, ' ').replaceAll('[ ]', '[]').replaceAll('{ }', '{}');
}

/** Throws BUNDLE_INVALID when a constraint of that name is there already and says something else. */
export function mergeConstraints(text: string, wanted: Readonly<Record<string, object>>): string {
  return mergeNamed(CONSTRAINTS_FILE, 'constraint', text, wanted);
}

/** `undefined` is a bundle without the file. Throws BUNDLE_INVALID when a budget of that name is there already and counts something else. */
export function mergeBudgets(text: string | undefined, wanted: Readonly<Record<string, object>>): string | undefined {
  return Object.keys(wanted).length === 0 ? text : mergeNamed(BUDGETS_FILE, 'budget', text ?? '', wanted);
}

function mergeNamed(file: string, what: string, text: string, wanted: Readonly<Record<string, object>>): string {
  const there: unknown = parse(text);
  const known = isRecord(there) ? there : {};
  const missing: Record<string, object> = {};
  for (const [name, one] of Object.entries(wanted)) {
    if (known[name] === undefined) missing[name] = one;
    else if (JSON.stringify(known[name]) !== JSON.stringify(one)) {
      throw new InterlockError('BUNDLE_INVALID', `${file} has a ${what} \`${name}\` that says something else`, {
        hint: 'rename that one: what is there already is not changed',
      });
    }
  }
  if (Object.keys(missing).length === 0) return text;
  const before = text.trim() === '' ? '' : `${text.trimEnd()}\n\n`;
  return `${before}${stringify(missing, { lineWidth: 0 })}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
