// WAIT policies and the approvals that satisfy them: what is still missing, and whether an approval was for this.

import type { WaitRequirement } from '../decide/judgement.ts';
import type { Approval, Ticket } from './ticket.ts';

/** Still an approver? A revoked user's signature stops counting, also on grants not yet used. */
export type Standing = (user: string) => boolean;

/** The requirements of this ticket that still want signatures. INVARIANT: a quorum counts distinct people, never signatures. */
export function missing(ticket: Pick<Ticket, 'waits' | 'approvals'>, standing: Standing): readonly WaitRequirement[] {
  return ticket.waits.filter((wait) => signers(ticket, wait, standing).length < wait.quorum);
}

/** Who has approved for this policy and is an approver still, each once. */
export function signers(ticket: Pick<Ticket, 'approvals'>, wait: WaitRequirement, standing: Standing): readonly string[] {
  const users = ticket.approvals.filter((approval) => approval.policies.includes(wait.policy)).map((approval) => approval.user);
  return [...new Set(users)].filter(standing);
}

export function hasSigned(ticket: Pick<Ticket, 'approvals'>, user: string, wait: WaitRequirement): boolean {
  return ticket.approvals.some((approval) => approval.user === user && approval.policies.includes(wait.policy));
}

/**
 * Do this ticket's approvals satisfy every one of `waits`?
 * INVARIANT: a WAIT policy that came later, or whose approvers changed since, is not covered: an approval is for what was asked.
 */
export function covers(
  ticket: Pick<Ticket, 'waits' | 'approvals'>,
  waits: readonly WaitRequirement[],
  standing: Standing,
): boolean {
  const open = missing(ticket, standing);
  return waits.every(
    (wait) => ticket.waits.some((known) => sameRequirement(known, wait)) && !open.some((one) => one.policy === wait.policy),
  );
}

/** One policy asking as many of the same groups; its wording may have changed. */
export function sameRequirement(a: WaitRequirement, b: WaitRequirement): boolean {
  if (a.policy !== b.policy || a.quorum !== b.quorum) return false;
  const [left, right] = [new Set(a.approvers), new Set(b.approvers)];
  return left.size === right.size && [...left].every((group) => right.has(group));
}

/**
 * What a ticket asks for after one more request with its binding was judged: all that was asked, and all that is asked now. Approvals of
 * a requirement that changed fall away. Null when nothing changes.
 */
export function joinRequirements(
  ticket: Ticket,
  waits: readonly WaitRequirement[],
): { readonly waits: readonly WaitRequirement[]; readonly approvals: readonly Approval[] } | null {
  const changed = waits.filter((wait) => !ticket.waits.some((known) => sameRequirement(known, wait)));
  if (changed.length === 0) return null;
  const policies = new Set(changed.map((wait) => wait.policy));
  const approvals = ticket.approvals.map((approval) => ({
    ...approval,
    policies: approval.policies.filter((policy) => !policies.has(policy)),
  }));
  return {
    waits: [...ticket.waits.filter((known) => !policies.has(known.policy)), ...changed],
    approvals: approvals.filter((approval) => approval.policies.length > 0),
  };
}
