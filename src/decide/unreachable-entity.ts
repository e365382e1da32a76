// Entities in a scope that no request is ever about, because their ids are never written so, or nothing is ever in them.

import type { ScopeTest, Uid } from './policy-outline.ts';

interface Problem {
  readonly message: string;
  readonly fix: string;
}

/** Types whose ids Interlock itself makes from requests, always in lower case. */
const LOWER_CASE: ReadonlySet<string> = new Set(['Host', 'Domain', 'Repo', 'Owner']);

/** Types that requests and the directory of agents and users put above others; anything else is above something in entities.json alone. */
const GIVEN: ReadonlySet<string> = new Set(['Domain', 'Host', 'Owner', 'McpServer', 'CloudScope', 'Team', 'Group']);

/**
 * `resources` are the types that the tested part can have; `parents` are the entities (`Type::id`) that entities.json puts above others.
 * Null when the entity may well be met.
 */
export function unreachableEntity(test: ScopeTest, resources: ReadonlySet<string>, parents: ReadonlySet<string>): Problem | null {
  if (test.op !== 'equal' && test.op !== 'in') return null;
  const { uid } = test;
  const written = writtenOtherwise(uid);
  if (written !== null) return written;
  if (test.op !== 'in' || GIVEN.has(uid.type) || resources.has(uid.type) || parents.has(`${uid.type}::${uid.id}`)) return null;
  return {
    message: `nothing is in ${shown(uid)}, because no entity of entities.json has it as a parent`,
    fix: 'give it to entities there as a parent, or check the spelling',
  };
}

function writtenOtherwise(uid: Uid): Problem | null {
  const { type, id } = uid;
  if (!LOWER_CASE.has(type)) return null;
  if (id !== id.toLowerCase())
    return {
      message: `${shown(uid)} is not in lower case, as ids of ${type} always are`,
      fix: `write ${JSON.stringify(id.toLowerCase())}`,
    };
  if (id.includes('://'))
    return { message: `${shown(uid)} is an address and no name`, fix: `write the name alone: "api.example.com"` };
  if (type !== 'Host' && type !== 'Domain') return null;
  if (id.includes('*'))
    return {
      message: `${shown(uid)} is taken letter by letter, \`*\` too`,
      fix: 'write `resource in Domain::"example.com"` for all hosts of a domain',
    };
  if (/[/\s]|\.$|^\./.test(id))
    return { message: `${shown(uid)} is no name of a host`, fix: 'write "api.example.com"; paths are `context.path`' };
  if (id.endsWith(':443'))
    return {
      message: `${shown(uid)} names the usual port, which is left out`,
      fix: `write ${JSON.stringify(id.replace(/:\d+$/, ''))}`,
    };
  return null;
}

function shown({ type, id }: Uid): string {
  return `${type}::${JSON.stringify(id)}`;
}
