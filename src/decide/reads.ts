// What a policy reads of a question, found by walking its syntax tree: only that goes into the engine and into the memo's key.

import type { PolicyTree } from './engine.ts';
import type { EntityRef } from '../classify/action.ts';

/** `above` is the names of its ancestors; `entity` includes attributes too, the principal's user and teams among them. */
type EntityReads = 'nothing' | 'uid' | 'above' | 'entity';

export interface Reads {
  readonly principal: EntityReads;
  readonly resource: EntityReads;
  /** The action's own groups are asked for. */
  readonly action: boolean;
  /** Names of facts, or all of them when `context` is used as a whole. */
  readonly facts: ReadonlySet<string> | 'all';
  /** Entities named in the policy whose own attributes or ancestors are read. */
  readonly entered: readonly EntityRef[];
}

interface Collector {
  principal: EntityReads;
  resource: EntityReads;
  action: boolean;
  all: boolean;
  readonly facts: Set<string>;
  readonly entered: Map<string, EntityRef>;
}

/**
 * INVARIANT: whatever is left out here has no influence on the answer. So every form that is not surely harmless counts as reading
 * all, and a form that this walk does not know does too.
 */
export function readsOf(policy: PolicyTree): Reads {
  const found: Collector = {
    principal: 'nothing',
    resource: 'nothing',
    action: false,
    all: false,
    facts: new Set(),
    entered: new Map(),
  };
  scope(found, 'principal', policy.principal);
  scope(found, 'resource', policy.resource);
  if (policy.action.op === 'in') found.action = true;
  for (const condition of policy.conditions) walk(found, condition.body);
  return freeze(found);
}

/** What any of these reads. */
export function joinReads(all: readonly Reads[]): Reads {
  const found: Collector = {
    principal: 'nothing',
    resource: 'nothing',
    action: false,
    all: false,
    facts: new Set(),
    entered: new Map(),
  };
  for (const reads of all) {
    raise(found, 'principal', reads.principal);
    raise(found, 'resource', reads.resource);
    found.action ||= reads.action;
    if (reads.facts === 'all') found.all = true;
    else for (const fact of reads.facts) found.facts.add(fact);
    for (const ref of reads.entered) found.entered.set(JSON.stringify([ref.type, ref.id]), ref);
  }
  return freeze(found);
}

/** Who looks into any entity may be led to the other one, so that one is then told of in full. */
function freeze(found: Collector): Reads {
  const { action } = found;
  const looksInside = found.principal === 'entity' || found.resource === 'entity' || found.entered.size > 0;
  const whole = (reads: EntityReads): EntityReads => (reads === 'above' && looksInside ? 'entity' : reads);
  const principal = whole(found.principal);
  const resource = whole(found.resource);
  return { principal, resource, action, facts: found.all ? 'all' : found.facts, entered: [...found.entered.values()] };
}

function raise(found: Collector, which: 'principal' | 'resource', to: EntityReads): void {
  const order: readonly EntityReads[] = ['nothing', 'uid', 'above', 'entity'];
  if (order.indexOf(to) > order.indexOf(found[which])) found[which] = to;
}

function scope(
  found: Collector,
  which: 'principal' | 'resource',
  constraint: PolicyTree['principal'] | PolicyTree['resource'],
): void {
  if (constraint.op === 'in' || (constraint.op === 'is' && constraint.in !== undefined)) raise(found, which, 'above');
  else if (constraint.op !== 'All') raise(found, which, 'uid');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function walk(found: Collector, node: unknown): void {
  const entries = isObject(node) ? Object.entries(node) : [];
  const [form, operand] = entries[0] ?? [];
  if (form === undefined || entries.length !== 1) readsEverything(found);
  else if (form === 'Value') return;
  else if (form === 'Var') variable(found, operand, 'entity');
  else if (form === 'Record') list(found, isObject(operand) ? Object.values(operand) : undefined);
  // Sets, and calls of extension functions.
  else if (Array.isArray(operand)) list(found, operand);
  else if (isObject(operand)) operation(found, form, operand);
  else readsEverything(found);
}

/** Every name under which a form keeps its operands; `pattern`, `attr` and `entity_type` are plain text. */
const PARTS = ['arg', 'left', 'right', 'if', 'then', 'else', 'in'] as const;

/** Forms that look at the names of entities and no further. */
const COMPARING: ReadonlySet<string> = new Set(['==', '!=', 'contains']);

/** Forms that look into the entity on their left. */
const ENTERING: ReadonlySet<string> = new Set(['in', 'is', 'getTag', 'hasTag']);

function operation(found: Collector, form: string, operand: Record<string, unknown>): void {
  if (form === '.' || form === 'has') return attribute(found, operand);
  const parts = PARTS.map((part) => operand[part]).filter((part) => part !== undefined);
  if (parts.length === 0) return readsEverything(found);
  const within = form === 'in' ? operand['right'] : form === 'is' ? operand['in'] : undefined;
  if (within !== undefined && isAsker(operand['left'])) {
    variable(found, operand['left']['Var'], 'above');
    return walk(found, within);
  }
  const comparing = COMPARING.has(form) || (form === 'is' && operand['in'] === undefined);
  if (!comparing && ENTERING.has(form)) enter(found, operand['left']);
  for (const part of parts) {
    if (comparing) compared(found, part);
    else walk(found, part);
  }
}

function isAsker(node: unknown): node is { readonly Var: 'principal' | 'resource' } {
  return isObject(node) && (node['Var'] === 'principal' || node['Var'] === 'resource');
}

function list(found: Collector, items: unknown): void {
  if (!Array.isArray(items)) return readsEverything(found);
  for (const item of items) walk(found, item);
}

function variable(found: Collector, name: unknown, as: EntityReads): void {
  if (name === 'principal' || name === 'resource') raise(found, name, as);
  else if (name === 'action') found.action = true;
  else found.all = true;
}

/** `context.path` reads one fact, `principal.user` enters the principal. */
function attribute(found: Collector, operand: Record<string, unknown>): void {
  const { left, attr } = operand;
  const name: unknown = Array.isArray(attr) ? attr[0] : attr;
  if (isObject(left) && left['Var'] === 'context' && typeof name === 'string') {
    found.facts.add(name);
    return;
  }
  enter(found, left);
  walk(found, left);
}

/** `principal == Agent::"x"` needs the name alone. */
function compared(found: Collector, side: unknown): void {
  const name = isObject(side) ? side['Var'] : undefined;
  if (name === 'principal' || name === 'resource' || name === 'action') variable(found, name, 'uid');
  else walk(found, side);
}

/** An entity written out in the policy is looked into: `Host::"a".writes`, or `[User::"a"]` on the left of `in`. */
function enter(found: Collector, node: unknown): void {
  if (Array.isArray(node)) for (const item of node) enter(found, item);
  if (!isObject(node)) return;
  const { __entity: ref } = node;
  if (isObject(ref) && typeof ref['type'] === 'string' && typeof ref['id'] === 'string') {
    found.entered.set(JSON.stringify([ref['type'], ref['id']]), { type: ref['type'], id: ref['id'] });
  }
  for (const value of Object.values(node)) enter(found, value);
}

function readsEverything(found: Collector): void {
  found.all = true;
  found.principal = 'entity';
  found.resource = 'entity';
  found.action = true;
}
