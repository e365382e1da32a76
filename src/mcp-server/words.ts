// Answers in words that a model can act on: what was decided, by which policies and why, and what to do next.

import type { AskedTicket, Decision, DecisionContext, Entity, FoundActions, JudgedAction, Verdict } from '../client/asking.ts';

const MAX_LISTED = 50;
const MAX_FACT_CHARACTERS = 300;

const NEXT: Readonly<Record<Verdict, string>> = {
  ALLOW: 'It would go out as it is.',
  ALLOW_LOG: 'It would go out as it is, and be logged.',
  CONSTRAIN: 'It would go out changed, as listed. If that does not serve, do not send it.',
  WAIT: 'It would wait for a person. Ask ahead with request_approval, or send it and follow its ticket with ticket_status.',
  BLOCK: 'Do not send it, and do not look for another way: tell whom you work for what was refused and why.',
};

export function decisionText({ decision, context }: Decision): string {
  return lines([`${decision ? 'Yes' : 'No'}${summary(context)}`, ...circumstances(context), nextStep(context)]);
}

/** The same, with each action's own verdict and the facts that it was judged by. */
export function explanationText({ decision, context }: Decision): string {
  return lines([
    decision ? `Nothing refuses this now${summary(context)}` : `This would not go out as it is${summary(context)}`,
    ...(context.actions ?? []).slice(0, MAX_LISTED).flatMap(actionLines),
    ...more(context.actions?.length ?? 0),
    ...circumstances(context),
    nextStep(context),
  ]);
}

export function ticketText({ id, state, reason, denial, policies, approvers, secondsLeft, next }: AskedTicket): string {
  return lines([
    `Ticket ${id} is ${state}: ${reason}`,
    ...listed('Policies', policies),
    ...(denial === null ? [] : [`${state === 'denied' ? "The approver's words" : 'Withdrawn'}: ${denial}`]),
    ...(state === 'pending' ? [`Waits for: ${approvers.join(', ')}; ${secondsLeft} seconds are left.`] : []),
    next,
  ]);
}

export function foundText(resource: Entity, { results, context }: FoundActions): string {
  const permitted = results.slice(0, MAX_LISTED).map(({ name, properties }) => {
    const verdict = properties['verdict'];
    return `- ${name}${typeof verdict === 'string' ? ` (${verdict})` : ''}`;
  });
  const judged = context.others.filter(({ verdict }) => verdict !== null);
  const refused = judged.slice(0, MAX_LISTED).map(({ name, verdict, reason }) => `- ${name} (${verdict}): ${reason}`);
  const open = context.others.flatMap(({ name, verdict }) => (verdict === null ? [name] : []));
  return lines([
    `On ${entityText(resource)}, with the facts given:`,
    permitted.length === 0 ? 'Permitted: nothing.' : 'Permitted:',
    ...permitted,
    ...more(results.length),
    ...(refused.length === 0 ? [] : ['Not permitted as it stands:', ...refused, ...more(judged.length)]),
    ...listed('Hangs on more facts', open),
    'This is a first look: ask check_action about the very request before you send it.',
  ]);
}

function summary({ verdict, reason, error }: DecisionContext): string {
  const said = reason ?? error?.message ?? 'it could not be judged.';
  return verdict === undefined ? `: ${said}` : ` (${verdict}): ${said}`;
}

function circumstances({
  policies,
  constraints,
  substitute,
  approvers,
  standing,
  error,
  reason,
  ticket,
  entry,
}: DecisionContext): string[] {
  return [
    ...listed('Policies', policies),
    ...listed('Constraints', constraints),
    ...listed('What would be changed', substitute?.changed),
    ...listed('Waits for', approvers),
    ...(standing === true ? ['A standing approval covers it now.'] : []),
    ...(error === undefined || error.message === reason ? [] : [`${error.code}: ${error.message}`]),
    ...(ticket === undefined || ticket === null ? [] : [ticketText(ticket)]),
    ...(entry === undefined ? [] : [`On record as entry ${entry}.`]),
  ];
}

function nextStep({ verdict, unknown, ticket, error }: DecisionContext): string {
  if (unknown !== undefined) return 'Only the server it goes to could tell the rest: it is judged when it is sent.';
  if (ticket !== undefined && ticket !== null) return `Follow it with ticket_status and "${ticket.id}".`;
  return verdict === undefined || error?.code === 'QUESTION_INVALID' ? 'Mend the question and ask again.' : NEXT[verdict];
}

function actionLines({ name, resource, facts, verdict, policies, reason, constraints }: JudgedAction): string[] {
  return [
    `- ${name} on ${entityText(resource)}: ${verdict}. ${reason}`,
    ...listed('  Policies', policies),
    ...listed('  Constraints', constraints),
    ...Object.entries(facts)
      .slice(0, MAX_LISTED)
      .map(([fact, value]) => `  ${fact} = ${JSON.stringify(value).slice(0, MAX_FACT_CHARACTERS)}`),
  ];
}

function entityText({ type, id }: Entity): string {
  return `${type} ${JSON.stringify(id)}`;
}

function listed(label: string, names: readonly string[] | undefined): string[] {
  return names === undefined || names.length === 0 ? [] : [`${label}: ${names.join(', ')}`];
}

function more(count: number): string[] {
  return count > MAX_LISTED ? [`… and ${count - MAX_LISTED} more`] : [];
}

function lines(all: readonly string[]): string {
  return all.join('\n');
}
