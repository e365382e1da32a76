// What a policy's scope and conditions say, in a form that two policies can be compared by: as written, without evaluating anything.

import type { PolicyTree } from './engine.ts';

export interface Uid {
  readonly type: string;
  readonly id: string;
}

/** `principal` or `resource` of a scope. */
export type ScopeTest =
  | { readonly op: 'any' }
  | { readonly op: 'is'; readonly type: string }
  | { readonly op: 'equal'; readonly uid: Uid }
  | { readonly op: 'in'; readonly uid: Uid; readonly type: string | null };

export interface PolicyOutline {
  readonly principal: ScopeTest;
  readonly resource: ScopeTest;
  /** What must all be true, sorted, each once: a policy applies when every one of them holds. A leading `!` is a negation. */
  readonly conjuncts: readonly string[];
  /** A condition names an action, so the action's scope alone does not tell which actions the policy speaks of. */
  readonly namesActions: boolean;
}

export function outlineOf(tree: PolicyTree): PolicyOutline {
  const found = new Set<string>();
  for (const { kind, body } of tree.conditions) collect(body, kind === 'when', found);
  const conjuncts = [...found].toSorted();
  return {
    principal: scopeTest(tree.principal),
    resource: scopeTest(tree.resource),
    conjuncts,
    namesActions: conjuncts.some((one) => one.includes('"Action"')),
  };
}

/** A word for the test, equal exactly for equal tests. */
export function scopeKey(test: ScopeTest): string {
  if (test.op === 'any') return '*';
  if (test.op === 'is') return `is ${test.type}`;
  const { type, id } = test.uid;
  return `${test.op} ${type}\0${id}${test.op === 'in' && test.type !== null ? `\0is ${test.type}` : ''}`;
}

function scopeTest(scope: PolicyTree['principal'] | PolicyTree['resource']): ScopeTest {
  switch (scope.op) {
    case 'All':
      return { op: 'any' };
    case '==':
      return 'entity' in scope ? { op: 'equal', uid: uidOf(scope.entity) } : { op: 'any' };
    case 'in':
      return 'entity' in scope ? { op: 'in', uid: uidOf(scope.entity), type: null } : { op: 'any' };
    case 'is':
      return scope.in !== undefined && 'entity' in scope.in
        ? { op: 'in', uid: uidOf(scope.in.entity), type: scope.entity_type }
        : { op: 'is', type: scope.entity_type };
  }
}

function uidOf(entity: { readonly __entity: Uid } | Uid): Uid {
  return '__entity' in entity ? entity.__entity : entity;
}

/** Takes `&&`, `!` and negated `||` apart. The tree's depth is bounded when it is parsed. */
function collect(node: unknown, holds: boolean, found: Set<string>): void {
  const [form, operand] = onlyEntry(node);
  const { left, right, arg } = isRecord(operand) ? operand : {};
  if (form === (holds ? '&&' : '||')) {
    collect(left, holds, found);
    collect(right, holds, found);
  } else if (form === '!') collect(arg, !holds, found);
  else if (form === 'Value' && operand === holds) return;
  else if (form === '!=') found.add(`${holds ? '!' : ''}${JSON.stringify({ '==': operand })}`);
  else found.add(`${holds ? '' : '!'}${JSON.stringify(node)}`);
}

function onlyEntry(node: unknown): readonly [form: string | undefined, operand: unknown] {
  const entries = isRecord(node) ? Object.entries(node) : [];
  return entries.length === 1 ? (entries[0] ?? [undefined, undefined]) : [undefined, undefined];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
