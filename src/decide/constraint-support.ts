// Which actions a constraint can be carried out on at all. Anywhere else it is a BLOCK, which is safe and hardly what was meant.

import { warningAt } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import type { Constraint } from './constraint.ts';
import type { Draft } from './policy-compiler.ts';

/** Families with a vendor whose JSON bodies can be changed, and those with one whose forms can. */
const JSON_FAMILIES: ReadonlySet<string> = new Set(['email', 'llm', 'message', 'payment', 'repo']);
const FORM_FAMILIES: ReadonlySet<string> = new Set(['email', 'payment', 'repo']);

const SHOWN = 4;

/** INVARIANT: true for everything that some provider can do; of vendors it says nothing, so a true is no promise. */
export function canBeMet(constraint: Constraint, action: string): boolean {
  const family = action.split('.', 1)[0] ?? '';
  switch (constraint.type) {
    case 'keep-recipients':
      return action === 'email.send';
    case 'pull-request':
      return action === 'repo.push';
    case 'remove-tools':
      return action === 'llm.request';
    case 'set':
      return (constraint.field.startsWith('/') ? JSON_FAMILIES : FORM_FAMILIES).has(family);
  }
}

/** A warning for each constraint of a policy with actions in its scope that it can't be carried out on. */
export function warnOfUnsupported(drafts: readonly Draft[]): BundleFinding[] {
  return drafts.flatMap(({ policy, source }) => [
    ...unsupported(source, policy.actions, 'constrain', policy.constraints),
    ...unsupported(source, policy.actions, 'offer', policy.offers),
  ]);
}

function unsupported(
  source: Draft['source'],
  actions: ReadonlySet<string>,
  annotation: 'constrain' | 'offer',
  constraints: readonly Constraint[],
): BundleFinding[] {
  return constraints.flatMap((constraint) => {
    const beyond = [...actions].filter((action) => !canBeMet(constraint, action));
    if (beyond.length === 0) return [];
    const listed = `${beyond.slice(0, SHOWN).join(', ')}${beyond.length > SHOWN ? ` and ${beyond.length - SHOWN} more` : ''}`;
    const then = annotation === 'constrain' ? 'such a request would be blocked' : 'such a request would have no offer';
    const message = `\`${constraint.name}\` (${constraint.type}) can't be carried out on ${listed}: ${then}`;
    const place = source.placeOf(source.annotations.get(annotation) ?? 0);
    return [warningAt(source.file, place, message, FIX[constraint.type], 'unsupported-constraint')];
  });
}

const FIX: Readonly<Record<Constraint['type'], string>> = {
  'keep-recipients': 'narrow the scope to action == Action::"email.send"',
  'pull-request':
    'narrow the scope to action == Action::"repo.push" and ask context.api == "git": only a push by git can be re-routed',
  'remove-tools': 'narrow the scope to action == Action::"llm.request"',
  set: 'narrow the scope to actions of mail, payment, model or code host APIs; a JSON pointer is for JSON bodies, a plain key for forms',
};
