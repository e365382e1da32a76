// Which actions a policy's whole scope can meet: those that it names, as far as the schema asks them of such a principal on such a resource.

import type { PolicyOutline, ScopeTest } from './policy-outline.ts';
import type { ActionShape, SchemaShape } from './schema-shape.ts';

/** Names of actions, sorted. `named` are those of the scope's action part. Empty: no question can ever meet this scope. */
export function metActions(outline: PolicyOutline, named: ReadonlySet<string>, shape: SchemaShape): string[] {
  return shape.actions
    .filter(
      (action) =>
        named.has(action.name) &&
        typesMet(outline.principal, action.principals).length > 0 &&
        typesMet(outline.resource, action.resources).length > 0,
    )
    .map((action) => action.name);
}

/** Those of `types` that the test can be true of. What `in` without `is` can be true of is not told by its text. */
export function typesMet(test: ScopeTest, types: ReadonlySet<string>): string[] {
  const only = test.op === 'is' ? test.type : test.op === 'equal' ? test.uid.type : test.op === 'in' ? test.type : null;
  return [...types].filter((type) => only === null || type === only);
}

interface Unmet {
  readonly message: string;
  readonly fix: string;
}

const SHOWN = 3;

/** Why a scope meets no action that it names, in words; null when it meets some, or names none. */
export function unmetScope(outline: PolicyOutline, named: ReadonlySet<string>, shape: SchemaShape): Unmet | null {
  if (metActions(outline, named, shape).length > 0) return null;
  const actions = shape.actions.filter((action) => named.has(action.name));
  // A misspelt action, or a group that is named with `==`: the validator knows which names would be right.
  if (actions.length === 0) return null;
  const asked = actions.slice(0, SHOWN).map(askedOf).join('; ');
  const more = actions.length > SHOWN ? `; and ${actions.length - SHOWN} more` : '';
  return {
    message: `no request can meet this scope: ${asked}${more}`,
    fix: 'name a principal and a resource of those types, or another action',
  };
}

function askedOf({ name, principals, resources }: ActionShape): string {
  return `${name} is asked of ${oneOf(principals)} on ${oneOf(resources)}`;
}

function oneOf(types: ReadonlySet<string>): string {
  return [...types].toSorted().join(' or ');
}
