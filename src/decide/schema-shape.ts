// What the house needs to know of the bundle's schema: actions with their groups, whom they apply to, and the types of their facts.

import type { SchemaTree } from './engine.ts';
import { recordProblem } from './own-records.ts';

/** `Record`: one that Interlock itself fills (own-records.ts; `budget` comes of budgets.yaml). */
export type FactKind = 'String' | 'Long' | 'Bool' | 'Set' | 'Record';

export interface ActionShape {
  readonly name: string;
  /** The action itself and every group above it. */
  readonly groups: ReadonlySet<string>;
  readonly principals: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly facts: ReadonlyMap<string, FactKind>;
  /** Those of them that every question has. */
  readonly required: ReadonlySet<string>;
  /** Names of the budgets that count it. */
  readonly budgets?: readonly string[];
}

export interface SchemaShape {
  /** Actions that can be asked about, sorted by name; groups are left out. */
  readonly actions: readonly ActionShape[];
  /** Declared attributes of each entity type, as Cedar describes them. */
  readonly entities: ReadonlyMap<string, ReadonlyMap<string, AttributeType>>;
  /** By entity type: the types that its attributes, tags and ancestors lead to, and theirs in turn. */
  readonly leads: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of each entity type those that may stand right above it. */
  readonly memberOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** What the house can't work with, in plain words. */
  readonly problems: readonly string[];
}

/** A type as Cedar's schema JSON writes it, with common types looked up. */
export interface AttributeType {
  readonly kind: string;
  /** Of an attribute that may be missing. */
  readonly optional?: true;
  /** Of an entity or an extension type. */
  readonly name?: string;
  /** Of a set. */
  readonly element?: AttributeType;
  /** Of a record. */
  readonly attributes?: ReadonlyMap<string, AttributeType>;
}

type Namespace = SchemaTree[string];
type Raw = Record<string, unknown>;

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const NO_SHAPE: SchemaShape = { actions: [], entities: new Map(), memberOf: new Map(), leads: new Map(), problems: [] };

/** Entity types that the house itself builds, and so must be declared. */
const HOUSE_TYPES = ['Agent', 'Team', 'User', 'Group', 'Ticket'];

export function shapeOf(schema: SchemaTree): SchemaShape {
  const problems: string[] = [];
  const space = schema[''];
  if (space === undefined || Object.keys(schema).length !== 1) {
    return { ...NO_SHAPE, problems: ['namespaces are not supported: declare everything at the top level'] };
  }
  const entities = new Map<string, ReadonlyMap<string, AttributeType>>();
  const memberOf = new Map<string, ReadonlySet<string>>();
  for (const [name, declared] of Object.entries(space.entityTypes)) {
    memberOf.set(name, new Set('memberOfTypes' in declared ? declared.memberOfTypes : []));
    const shape = 'shape' in declared ? typeOf(space, declared.shape) : undefined;
    entities.set(name, shape?.attributes ?? new Map());
  }
  for (const name of HOUSE_TYPES) {
    if (!entities.has(name)) problems.push(`the entity type \`${name}\` is missing`);
  }
  const actions = Object.keys(space.actions)
    .toSorted()
    .map((name) => actionShape(space, name, problems))
    .filter((action) => action.principals.size > 0 && action.resources.size > 0);
  if (actions.length === 0) problems.push('no action applies to anything');
  return { actions, entities, memberOf, leads: leadsOf(space), problems };
}

function leadsOf(space: Namespace): Map<string, ReadonlySet<string>> {
  const direct = new Map(Object.entries(space.entityTypes).map(([name, declared]) => [name, typesIn(space, declared)]));
  const leads = new Map<string, ReadonlySet<string>>();
  for (const [name, first] of direct) {
    const reached = new Set(first);
    // A set grows while it is walked.
    for (const type of reached) for (const further of direct.get(type) ?? []) reached.add(further);
    leads.set(name, reached);
  }
  return leads;
}

/** INVARIANT: every string in a declaration that is the name of an entity type counts, wherever it stands: none can be missed. */
function typesIn(space: Namespace, declared: unknown): Set<string> {
  const found = new Set<string>();
  const seen = new Set<unknown>();
  const walk = (node: unknown): void => {
    if (typeof node === 'string') {
      if (Object.hasOwn(space.entityTypes, node)) found.add(node);
      const common = space.commonTypes?.[node];
      if (common !== undefined) walk(common);
    }
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    for (const inner of Object.values(node)) walk(inner);
  };
  walk(declared);
  return found;
}

function actionShape(space: Namespace, name: string, problems: string[]): ActionShape {
  const declared = space.actions[name];
  const context = declared?.appliesTo?.context;
  const facts = new Map<string, FactKind>();
  const required = new Set<string>();
  for (const [fact, type] of typeOf(space, context)?.attributes ?? []) {
    const kind = factKind(type);
    const problem = kind === 'Record' ? recordProblem(fact, type) : null;
    if (kind !== null && problem === null && !fact.startsWith('__')) {
      facts.set(fact, kind);
      // A record is Interlock's own to fill.
      if (type.optional !== true && kind !== 'Record') required.add(fact);
    } else problems.push(`the fact \`${fact}\` of \`${name}\` ${problem ?? 'must be a String, Long, Bool or Set<String>'}`);
  }
  return {
    name,
    groups: groupsOf(space, name),
    principals: new Set(declared?.appliesTo?.principalTypes),
    resources: new Set(declared?.appliesTo?.resourceTypes),
    facts,
    required,
  };
}

function groupsOf(space: Namespace, name: string): Set<string> {
  const groups = new Set([name]);
  // A set grows while it is walked, so this reaches every ancestor once, cycles included.
  for (const group of groups) {
    for (const parent of space.actions[group]?.memberOf ?? []) groups.add(parent.id);
  }
  return groups;
}

function factKind(type: AttributeType): FactKind | null {
  if (type.kind === 'String' || type.kind === 'Long' || type.kind === 'Bool' || type.kind === 'Record') return type.kind;
  return type.kind === 'Set' && type.element?.kind === 'String' ? 'Set' : null;
}

function typeOf(space: Namespace, raw: unknown): AttributeType | undefined {
  if (!isRaw(raw) || typeof raw['type'] !== 'string') return undefined;
  const kind = raw['type'];
  const name = typeof raw['name'] === 'string' ? raw['name'] : undefined;
  const common = space.commonTypes?.[kind === 'EntityOrCommon' && name !== undefined ? name : kind];
  if (common !== undefined) return typeOf(space, common);
  if (kind === 'Boolean') return { kind: 'Bool' };
  if (kind === 'Set') {
    const element = typeOf(space, raw['element']);
    return element === undefined ? { kind } : { kind, element };
  }
  if (kind === 'Record' && isRaw(raw['attributes'])) {
    const attributes = new Map<string, AttributeType>();
    for (const [attribute, type] of Object.entries(raw['attributes'])) {
      const known = typeOf(space, type);
      if (known === undefined) continue;
      attributes.set(attribute, isRaw(type) && type['required'] === false ? { ...known, optional: true } : known);
    }
    return { kind, attributes };
  }
  return name === undefined ? { kind } : { kind, name };
}
