// Strict validation of a bundle's policies by the engine, those about the same actions together, against no more of the schema than they need.

import type { CedarError, EngineInstance, PolicyProblem, SchemaTree } from './engine.ts';

/** What is validated of a policy. */
export interface Validated {
  readonly text: string;
  /** Names of the actions that its scope covers. */
  readonly actions: ReadonlySet<string>;
}

/** A problem, and the place of its policy in the list that was given. */
export type PlacedProblem = Omit<PolicyProblem, 'policy'> & { readonly place: number };

export type Validation = { readonly problems: readonly PlacedProblem[] } | { readonly schemaErrors: readonly CedarError[] };

/**
 * The engine takes a policy once for each kind of question the whole schema knows, also for those of actions that its scope leaves out: 0.4 ms
 * a policy with 89 actions, 0.08 with one. To read the schema again takes 10 ms, so a part of it pays from about this many policies on.
 */
const OWN_SCHEMA_FROM = 50;

/**
 * Problems in the order of the policies. `onDone`: told how many policies are done before each call of the engine.
 * INVARIANT: the answer is the same as that of one call with the whole schema. A question of another action makes a scope false, so the
 * engine has nothing to say of it; and the actions left out are still declared, so that a condition may name them.
 */
export function validateStrictly(
  tree: SchemaTree,
  policies: readonly Validated[],
  engine: Pick<EngineInstance, 'validate'>,
  onDone?: (done: number) => void,
): Validation {
  const problems: PlacedProblem[] = [];
  let done = 0;
  for (const { schema, places } of groupsOf(tree, policies)) {
    onDone?.(done);
    const texts = Object.fromEntries(places.map((place) => [`p${place}`, policies[place]?.text ?? '']));
    const checked = engine.validate(schema, texts);
    if ('errors' in checked) return { schemaErrors: checked.errors };
    for (const { policy, ...problem } of checked.value) problems.push({ ...problem, place: Number(policy.slice(1)) });
    done += places.length;
  }
  return { problems: problems.toSorted(byPlaceAndMessage) };
}

/**
 * The engine tells what it has to say of one policy in another order each time, and of one place only the first is shown. That a policy is
 * impossible comes last: whatever else is told says why.
 */
function byPlaceAndMessage(a: PlacedProblem, b: PlacedProblem): number {
  const vague = ({ error }: PlacedProblem): number => Number(error.message.includes('policy is impossible'));
  return a.place - b.place || vague(a) - vague(b) || (a.error.message < b.error.message ? -1 : 1);
}

type Space = SchemaTree[string];

interface Group {
  readonly schema: SchemaTree;
  readonly places: readonly number[];
}

/** The first is of the whole schema, even with no policy in it: the schema itself must be seen to be right. */
function groupsOf(tree: SchemaTree, policies: readonly Validated[]): Group[] {
  const alike = Map.groupBy(policies.keys(), (place) => [...(policies[place]?.actions ?? [])].toSorted().join('\n'));
  const rest: number[] = [];
  const own: Group[] = [];
  for (const places of alike.values()) {
    const actions = policies[places[0] ?? 0]?.actions ?? new Set();
    // Of a scope without an action the engine has something to say: that it never applies.
    if (places.length < OWN_SCHEMA_FROM || actions.size === 0) rest.push(...places);
    else own.push({ schema: onlyAbout(tree, actions), places });
  }
  return [{ schema: tree, places: rest }, ...own];
}

/** Every other action is only declared, and applies to nothing. */
function onlyAbout(tree: SchemaTree, actions: ReadonlySet<string>): SchemaTree {
  const spaces = Object.entries(tree).map(([name, space]): [string, Space] => {
    const kept = Object.entries(space.actions).map(([action, declared]): [string, Space['actions'][string]] => {
      const { appliesTo: _, ...rest } = declared;
      return [action, actions.has(action) ? declared : rest];
    });
    return [name, { ...space, actions: Object.fromEntries(kept) }];
  });
  return Object.fromEntries(spaces);
}
