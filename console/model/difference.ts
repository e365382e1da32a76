// What an offered edit changes, fact by fact: what stays, what goes, what is new.

import { factRows } from './fact-rows.ts';
import type { ActionShape } from './shapes.ts';

export interface Change {
  readonly label: string;
  readonly kept: readonly string[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Actions are compared by their place; one that goes or comes is told as such. Facts that stay the same are left out. */
export function differenceOf(before: readonly ActionShape[], after: readonly ActionShape[]): readonly Change[] {
  const changes: Change[] = [];
  for (let i = 0; i < Math.max(before.length, after.length); i += 1) {
    const [was, is] = [before[i], after[i]];
    if (was === undefined || is === undefined || was.action !== is.action)
      changes.push({ label: 'Action', kept: [], removed: named(was), added: named(is) });
    else if (was.resource.id !== is.resource.id)
      changes.push({ label: was.resource.type, kept: [], removed: [was.resource.id], added: [is.resource.id] });
    changes.push(...factChanges(was, is));
  }
  return changes;
}

function factChanges(was: ActionShape | undefined, is: ActionShape | undefined): readonly Change[] {
  const old = new Map(factRows(was?.facts ?? {}).map((row) => [row.name, row]));
  const fresh = new Map(factRows(is?.facts ?? {}).map((row) => [row.name, row]));
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name) => {
    const label = (old.get(name) ?? fresh.get(name))?.label ?? name;
    const [before, after] = [old.get(name)?.values ?? [], fresh.get(name)?.values ?? []];
    const removed = before.filter((value) => !after.includes(value));
    const added = after.filter((value) => !before.includes(value));
    if (removed.length + added.length === 0) return [];
    return [{ label, kept: before.filter((value) => after.includes(value)), removed, added }];
  });
}

function named(action: ActionShape | undefined): readonly string[] {
  return action === undefined ? [] : [`${action.action} on ${action.resource.id}`];
}
