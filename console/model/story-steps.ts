// An exchange's entries as steps that can be read from top to bottom.

import type { ActionShape, Facts, LedgerEntry, Story, Verdict } from './shapes.ts';

export interface StoryHead {
  readonly verdict: Verdict | null;
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly reason: string;
  readonly actions: readonly ActionShape[];
  readonly substitute: readonly ActionShape[];
  readonly changed: readonly string[];
  readonly bundle: string | null;
  readonly ticket: string | null;
  readonly cause: string | null;
  /** False: the verdict is what would have been. */
  readonly enforced: boolean;
}

export interface Outcome {
  readonly result: string;
  readonly status: number | null;
  readonly durationMs: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly error: string | null;
}

const VERDICTS: ReadonlySet<unknown> = new Set(['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK']);

/** The last verdict tells: after a wait there may be a second one. */
export function headOf(story: Story): StoryHead | null {
  const body = bodyOf(story, 'verdict');
  if (body === undefined) return null;
  return {
    verdict: isVerdict(body['verdict']) ? body['verdict'] : null,
    agent: stringOf(body['agent']),
    user: stringOf(body['user']),
    session: stringOf(body['session']),
    reason: stringOf(body['reason']) ?? '',
    actions: actionsOf(body['actions']),
    substitute: actionsOf(body['substitute']),
    changed: stringsOf(body['changed']),
    bundle: stringOf(body['bundle']),
    ticket: stringOf(body['ticket']),
    cause: stringOf(body['cause']),
    enforced: body['enforcement'] !== 'monitor',
  };
}

export function outcomeOf(story: Story): Outcome | null {
  const body = bodyOf(story, 'outcome');
  if (body === undefined) return null;
  return {
    result: stringOf(body['result']) ?? 'unknown',
    status: numberOf(body['status']),
    durationMs: numberOf(body['durationMs']),
    requestBytes: numberOf(body['requestBytes']) ?? 0,
    responseBytes: numberOf(body['responseBytes']) ?? 0,
    error: stringOf(body['error']),
  };
}

/** `approved by fay (console)`. */
export function ticketMoves(story: Story): ReadonlyArray<{ readonly at: string; readonly text: string; readonly note: string }> {
  return story.entries
    .filter(({ entry }) => entry.body['type'] === 'ticket')
    .map(({ entry: { time, body } }) => {
      const [by, channel] = [stringOf(body['by']), stringOf(body['channel'])];
      const who = `${by === null ? '' : ` by ${by}`}${channel === null ? '' : ` (${channel})`}`;
      return { at: time, text: `${stringOf(body['move']) ?? 'moved'}${who}`, note: stringOf(body['note']) ?? '' };
    });
}

/** Its own: what Interlock asked on its behalf is in the story too, as exchanges of their own. */
/** The entry that a proof of the story is about: what was decided last, or what there is. */
export function provenEntry({ entries }: Story): number | null {
  return (entries.findLast(({ entry }) => entry.body['type'] === 'verdict') ?? entries[0])?.entry.sequence ?? null;
}

function bodyOf(story: Story, type: string): LedgerEntry['body'] | undefined {
  return story.entries.findLast(({ entry: { body } }) => body['type'] === type && body['exchange'] === story.exchange)?.entry
    .body;
}

/** One line on an entry, for the list of what the chain holds. */
export function entryText(entry: LedgerEntry): string {
  const { body } = entry;
  const said = [body['verdict'], body['move'], body['result'], body['status']].filter(
    (part) => part !== undefined && part !== null,
  );
  return [stringOf(body['type']) ?? 'entry', ...said.map(String)].join(' · ');
}

function actionsOf(value: unknown): readonly ActionShape[] {
  return Array.isArray(value) ? value.filter(isAction) : [];
}

function isAction(value: unknown): value is ActionShape {
  if (!isRecord(value) || !isRecord(value['resource'])) return false;
  return typeof value['action'] === 'string' && typeof value['resource']['id'] === 'string' && isFacts(value['facts']);
}

/** A fact that the ledger hides is no fact any more: it is left out by the gateway or stands as text. */
function isFacts(value: unknown): value is Facts {
  return isRecord(value) && Object.values(value).every((fact) => typeof fact !== 'object' || Array.isArray(fact));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isVerdict(value: unknown): value is Verdict {
  return VERDICTS.has(value);
}

function stringOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}
