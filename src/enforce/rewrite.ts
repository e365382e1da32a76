// Carries constraints out on a copy of the request: pure edits by the provider, re-routed pushes by pull-request.ts.

import type { Proposal } from '../classify/proposal.ts';
import type { Constraint } from '../decide/constraint.ts';
import type { Judgement } from '../decide/judgement.ts';
import { InterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { ParkableBody } from '../http/parkable-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import type { BodyEdit } from '../providers/body-edit.ts';
import type { Substitute } from './decision.ts';
import type { Originate } from './originate.ts';
import { reroutePush } from './pull-request.ts';

export interface RewriteDeps {
  readonly originate: Originate;
}

/** Integrity fields over the old bytes: they would be wrong, and the vendor's answer would name the wrong culprit. */
const STALE_FIELDS = new Set([
  'content-length',
  'content-encoding',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
  'transfer-encoding',
]);

/** Throws CONSTRAINT_FAILED with the reason when a constraint can't be carried out faithfully. */
export async function rewrite(
  exchange: Exchange,
  principal: Principal,
  proposal: Proposal,
  judgement: Judgement,
  deps: RewriteDeps,
): Promise<Substitute> {
  if (proposal.body.problem !== null) throw failed(`the body could not be read to change it: ${proposal.body.problem}`);
  const reroute = judgement.constraints.find((constraint) => constraint.type === 'pull-request');
  if (reroute !== undefined) {
    if (judgement.constraints.length > 1) throw failed('a re-routed push can not be combined with another constraint');
    return reroutePush({
      exchange,
      principal,
      proposal,
      judgement,
      prefix: reroute.prefix,
      hosts: reroute.hosts,
      originate: deps.originate,
    });
  }
  return editBody(proposal, judgement.constraints);
}

/** How much these constraints would still change; null when only trying for real would tell. */
export function remainingChanges(proposal: Proposal, constraints: readonly Constraint[]): number | null {
  if (constraints.some((constraint) => constraint.type === 'pull-request')) return null;
  return constraints.length === 0 ? 0 : editBody(proposal, constraints).changed.length;
}

function editBody(proposal: Proposal, constraints: readonly Constraint[]): Substitute {
  const edit = proposal.provider?.edit;
  if (edit === undefined) throw failed('there is no way to change a request to this API');
  let body = proposal.body;
  const changed: string[] = [];
  for (const constraint of constraints) {
    const edited = edit(proposal.request, body, bodyEdit(constraint));
    changed.push(...edited.changed);
    body = { bytes: edited.bytes, problem: null };
  }
  return substituteBody(proposal.request, body.bytes, changed);
}

/** The request with another body, and a head that is true of it. */
export function substituteBody(request: RequestView, bytes: Buffer, changed: readonly string[]): Substitute {
  const headers = request.headers.without(STALE_FIELDS).with('content-length', String(bytes.length));
  return {
    request: { ...request, headers },
    body: new ParkableBody(bytes),
    bytes: { kind: 'whole' },
    changed: structuredClone(changed), // without the body that they were cut out of, see own-facts.ts
    settle: null,
  };
}

function bodyEdit(constraint: Constraint): BodyEdit {
  switch (constraint.type) {
    case 'keep-recipients':
      return { kind: 'keep-recipients', domains: constraint.domains };
    case 'remove-tools':
      return { kind: 'remove-tools', tools: constraint.tools };
    case 'set':
      return { kind: 'set', field: constraint.field, value: constraint.value };
    case 'pull-request':
      throw failed('a pull request is not an edit');
  }
}

function failed(message: string): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', message);
}
