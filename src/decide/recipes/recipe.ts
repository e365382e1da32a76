// A recipe: policies for one purpose with the cases that show them deciding, made from a few values. Pure text; nothing is written here.

import { InterlockError } from '../../errors.ts';
import type { Verdict } from '../judgement.ts';

/** How a value is written: `domains` and `names` are lists with commas, `whole` is a whole number of at least 1. */
type ParameterKind = 'domains' | 'names' | 'name' | 'whole';

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly about: string;
  /** What it is when nobody says. */
  readonly initial: string;
}

interface Ref {
  readonly type: string;
  readonly id: string;
}

export interface RecipeCase {
  readonly name: string;
  readonly teams?: readonly string[];
  readonly action: string;
  readonly resource: Ref;
  readonly parents?: readonly Ref[];
  readonly facts?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** What would be used of the budgets with its action in it; left out, nothing else was used. */
  readonly budget?: Readonly<Record<string, number>>;
  /** What its agent has read before, as a case says it; left out, nothing. */
  readonly taint?: { readonly hosts: readonly string[]; readonly untrusted: boolean };
  /** What comes out of the recipe alone. Other policies of a bundle can only make it stricter. */
  readonly verdict: Verdict;
}

export interface RecipeEntity {
  readonly uid: Ref;
  readonly attrs: Readonly<Record<string, boolean | string>>;
  readonly parents: readonly Ref[];
}

export interface RecipeParts {
  /** Cedar, as one file. */
  readonly policies: string;
  readonly cases: readonly RecipeCase[];
  /** By name, as constraints.yaml has them. */
  readonly constraints?: Readonly<Record<string, object>>;
  readonly entities?: readonly RecipeEntity[];
  /** By name, as budgets.yaml has them. */
  readonly budgets?: Readonly<Record<string, object>>;
}

export interface Values {
  list(name: string): readonly string[];
  text(name: string): string;
  whole(name: string): number;
}

export interface Recipe {
  readonly name: string;
  /** One sentence: what agents may and may not do with it. */
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  write(values: Values): RecipeParts;
}

const PATTERNS: Readonly<Record<ParameterKind, RegExp>> = {
  domains: /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  names: /^[\w@][\w@:#./+ -]{0,199}$/,
  name: /^[\w@][\w@:#./+ -]{0,199}$/,
  whole: /^[1-9]\d{0,14}$/,
};

const WRITTEN: Readonly<Record<ParameterKind, string>> = {
  domains: 'domain names in lower case with commas, `example.com,example.org`',
  names: 'names with commas; letters, digits and . _ - / : # @ +',
  name: 'one name; letters, digits and . _ - / : # @ +',
  whole: 'a whole number from 1 on',
};

const MAX_LISTED = 100;

/** Throws USAGE for a value that no parameter takes, or that is not written as it must be. */
export function recipeValues(recipe: Recipe, given: ReadonlyMap<string, string>): Values {
  const unknown = [...given.keys()].find((name) => recipe.parameters.every((parameter) => parameter.name !== name));
  if (unknown !== undefined) {
    const known = recipe.parameters.map(({ name }) => name).join(', ');
    throw new InterlockError('USAGE', `${recipe.name} takes no \`${unknown.slice(0, 40)}\``, { hint: `It takes ${known}.` });
  }
  const read = new Map(recipe.parameters.map((parameter) => [parameter.name, readValue(parameter, given.get(parameter.name))]));
  return {
    list: (name) => read.get(name) ?? [],
    text: (name) => read.get(name)?.[0] ?? '',
    whole: (name) => Number(read.get(name)?.[0]),
  };
}

function readValue(parameter: Parameter, given: string | undefined): string[] {
  const { name, kind, initial } = parameter;
  const text = given ?? initial;
  const items = kind === 'domains' || kind === 'names' ? text.split(',').map((item) => item.trim()) : [text.trim()];
  if (items.length > MAX_LISTED || items.some((item) => !PATTERNS[kind].test(item)))
    throw new InterlockError('USAGE', `\`${name}\` is not ${WRITTEN[kind]}`, { hint: `${name}: ${parameter.about}` });
  return [...new Set(items)];
}

/** A set of strings or, with `type`, of entities, as Cedar writes it. */
export function cedarSet(items: readonly string[], type?: string): string {
  return `[${items.map((item) => (type === undefined ? '' : `${type}::`) + JSON.stringify(item)).join(', ')}]`;
}
