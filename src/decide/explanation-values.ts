// The values that a part of a policy met: facts by name, and who or what an entity is and lies in.

import type { CedarEntity, Question } from './engine.ts';
import type { Reads } from './reads.ts';

export interface ReadValue {
  /** `context.amountMinor`, `principal`, `resource`. */
  readonly name: string;
  /** Null: absent. Of an entity its name. */
  readonly value: Question['context'][string] | null;
  /** Of an entity: the names of what it lies in directly. */
  readonly in?: readonly string[];
  /** Of an entity: its attributes, as Cedar's JSON writes them. */
  readonly attributes?: CedarEntity['attrs'];
}

export function valuesOf(question: Question): (reads: Reads) => ReadValue[] {
  const entities = new Map(question.entities.map((entity) => [nameOf(entity.uid), entity]));
  const entity = (name: string, uid: CedarEntity['uid']): ReadValue => {
    const known = entities.get(nameOf(uid));
    return { name, value: nameOf(uid), in: (known?.parents ?? []).map(nameOf), attributes: known?.attrs ?? {} };
  };
  return (reads) => [
    ...(reads.principal === 'nothing' ? [] : [entity('principal', question.principal)]),
    ...(reads.resource === 'nothing' ? [] : [entity('resource', question.resource)]),
    ...[...(reads.facts === 'all' ? Object.keys(question.context) : reads.facts)].toSorted().map((fact) => ({
      name: `context.${fact}`,
      value: question.context[fact] ?? null,
    })),
    ...reads.entered.map((ref) => entity(`${ref.type}::${JSON.stringify(ref.id)}`, ref)),
  ];
}

function nameOf(uid: CedarEntity['uid']): string {
  const { type, id } = '__entity' in uid ? uid.__entity : uid;
  return `${type}::${JSON.stringify(id)}`;
}
