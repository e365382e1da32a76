// A policy as the console shows it: its text, where it stands, and what it asks for.

import type { Policy } from '../decide/policy.ts';
import { COUNT, FLAG, object, type Schema, TEXT } from './api-schema.ts';

export function policyView(policy: Policy): object {
  const { id, effect, verdict, reason, text, file, line, shadow } = policy;
  return {
    id,
    effect,
    verdict,
    reason: reason.map((piece, place) => (place % 2 === 0 ? piece : `{${piece}}`)).join(''),
    text,
    file,
    line,
    shadow,
  };
}

const MEMBERS: Readonly<Record<string, Schema>> = {
  id: TEXT,
  effect: { enum: ['permit', 'forbid'] },
  verdict: { enum: ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] },
  reason: { ...TEXT, description: 'With its places for facts: {amountMinor}.' },
  text: { ...TEXT, description: 'As it stands in the file.' },
  file: TEXT,
  line: COUNT,
  shadow: { ...FLAG, description: 'Judged beside the bundle; it never decides.' },
};

export const BUNDLE_POLICY: Schema = object(MEMBERS);
/** Of an exchange. */
export const POLICY: Schema = object({
  ...MEMBERS,
  inForce: { ...FLAG, description: 'The text is of the bundle that judged; false when another was loaded since.' },
});
