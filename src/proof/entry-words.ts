// One entry in a sentence or two. A body that came in a file may be anybody's: every member is looked at before it is said.

import type { Json } from '../record/canonical.ts';
import { isCommitment } from '../record/commitment.ts';
import type { StoredEntry } from '../record/entry-codec.ts';
import { plainText } from '../record/plain-text.ts';

type Told = Pick<StoredEntry, 'sequence' | 'time' | 'body'>;

const MAX_WORD_CHARS = 160;
const SHOWN_DIGEST = 16;

/** `agent support-bot's payment.refund on Account (hidden) at api.stripe.com was decided WAIT by …` */
export function verdictWords({ sequence, time, body }: Told): string[] {
  const asked = body['type'] === 'question';
  const who = body['agent'] === null ? 'a request of nobody known' : `agent ${word(body['agent'])}'s ${whatOf(body)}`;
  const verb = asked ? 'was asked about, and would have been decided' : 'was decided';
  const monitored = body['enforcement'] === 'monitor';
  return [
    `On ${moment(time)} ${who}${onBehalf(body)} ${verb} ${word(body['verdict'])} ${byWhat(body)} (entry ${sequence}).`,
    ...(monitored ? ['It was not enforced: the gateway only watched, and the request went out as it came.'] : []),
    ...(typeof body['ticket'] === 'string' ? [`Its ticket is ${word(body['ticket'])}.`] : []),
  ];
}

export function outcomeWords({ sequence, time, body }: Told): string[] {
  const status = typeof body['status'] === 'number' ? ` with status ${body['status']}` : '';
  const what: Readonly<Record<string, string>> = {
    sent: `It was sent and answered${status}`,
    refused: `It was refused${status}: nothing was sent`,
    failed: 'It failed before an answer came',
    unknown: 'It was sent, and no answer is known',
  };
  const result = body['result'];
  const told =
    (typeof result === 'string' && Object.hasOwn(what, result) ? what[result] : undefined) ?? `Its outcome is ${word(result)}`;
  return [`${told}, on ${moment(time)} (entry ${sequence}).`];
}

export function ticketWords({ sequence, time, body }: Told): string[] {
  const by = typeof body['by'] === 'string' ? ` by ${word(body['by'])}` : '';
  const channel = typeof body['channel'] === 'string' ? ` (${word(body['channel'])})` : '';
  return [`Ticket ${word(body['ticket'])} was ${moveWord(body['move'])}${by}${channel} on ${moment(time)} (entry ${sequence}).`];
}

/** What a ticket's move is called in a sentence; all others are said as they are. */
function moveWord(move: Json | undefined): string {
  if (move === 'unknown') return 'left with an unknown outcome';
  if (move === 'joined') return 'joined by a repeat';
  return word(move);
}

function onBehalf(body: Told['body']): string {
  return typeof body['user'] === 'string' ? ` on behalf of ${word(body['user'])}` : '';
}

function whatOf(body: Told['body']): string {
  const actions = body['actions'];
  const [first, ...more] = isList(actions) ? actions : [];
  if (!isRecord(first)) return 'request';
  const resource = first['resource'];
  const on = isRecord(resource) ? ` on ${word(resource['type'])} ${word(resource['id'])}` : '';
  const facts = first['facts'];
  const host = isRecord(facts) && typeof facts['host'] === 'string' ? ` at ${word(facts['host'])}` : '';
  return `${word(first['action'])}${on}${host}${more.length === 0 ? '' : ` and ${more.length} more in the same request`}`;
}

function byWhat(body: Told['body']): string {
  const policies = isList(body['policies']) ? body['policies'] : [];
  const bundle = typeof body['bundle'] === 'string' ? ` of bundle ${word(body['bundle'].slice(0, SHOWN_DIGEST))}` : '';
  if (typeof body['code'] === 'string') return `by Interlock itself (${word(body['code'])})`;
  if (policies.length === 0) return `because no policy${bundle} permits it`;
  const names = policies.slice(0, 8).map(word).join(', ');
  const rest = policies.length > 8 ? ` and ${policies.length - 8} more` : '';
  return `by ${policies.length === 1 ? 'policy' : 'the policies'} ${names}${rest}${bundle}`;
}

function word(value: Json | undefined): string {
  if (isCommitment(value)) return '(hidden)';
  return typeof value === 'string' ? plainText(value, MAX_WORD_CHARS) : '(unknown)';
}

/** `2026-11-28 at 10:02:11 UTC`: the envelope's form is checked where it is decoded. */
function moment(time: string): string {
  return `${time.slice(0, 10)} at ${time.slice(11, 19)} UTC`;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
