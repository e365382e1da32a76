// An entry as people and scripts see it: plain JSON with the usual keys first, one row for `tail`, lines for `show`.

import { VERDICTS } from '../decide/judgement.ts';
import { keyIdOf } from './signer.ts';
import type { AnchorBody, ClockBody, Entry, EntryBody, KeyBody, RecordedAction } from './entry.ts';
import { plainText } from './plain-text.ts';
import type { ErasureBody } from './erasure-body.ts';
import type { StorageBody } from './storage-body.ts';

interface EntryView {
  /** The sequence as a decimal string. */
  readonly id: string;
  readonly time: string;
  readonly type: EntryBody['type'];
  readonly agent: string | null;
  /** Name of the strictest action; null when nothing was judged. */
  readonly action: string | null;
  readonly verdict: string | null;
  readonly policies: readonly string[];
  /** Everything else that the entry of this type holds, under its own name. */
  readonly [member: string]: unknown;
}

const MAX_ROW_CHARS = 240;
const MAX_LINE_CHARS = 2000;

/** The entry as one plain JSON object. Texts are as recorded: whoever shows them on a terminal passes them through `plainText`. */
export function entryView(entry: Entry): EntryView {
  const { body } = entry;
  const judged = body.type === 'verdict' || body.type === 'question';
  const strictest = judged ? strictestAction(body) : undefined;
  return {
    id: String(entry.sequence),
    time: entry.time,
    agent: null,
    ...body,
    // `policies` is always the list of those that determined; a bundle entry's number of policies goes by another name.
    ...(body.type === 'bundle' ? { policyCount: body.policies } : {}),
    policies: 'policies' in body && typeof body.policies === 'object' ? body.policies : [],
    action: strictest?.action ?? null,
    verdict: judged ? body.verdict : null,
    previous: entry.previous,
  };
}

/** One line of plain text, at most 240 characters. Agent-made text can't break out of it (threats D4, F11). */
export function entryRow(entry: Entry): string {
  return plainText(
    `${entry.sequence}  ${entry.time}  ${rowParts(entry.body)
      .filter((part) => part !== '')
      .join('  ')}`,
    MAX_ROW_CHARS,
  );
}

/** `name: value` lines of plain text. */
export function entryLines(entry: Entry): string[] {
  return Object.entries(entryView(entry)).map(([name, value]) => {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return `${plainText(name, 40)}: ${plainText(shown, MAX_LINE_CHARS)}`;
  });
}

/** The action whose verdict counts for the whole exchange; the first of equals. */
export function strictestAction(body: { readonly actions: readonly RecordedAction[] }): RecordedAction | undefined {
  const rank = (action: RecordedAction): number => VERDICTS.indexOf(action.verdict);
  return body.actions.reduce<RecordedAction | undefined>(
    (found, action) => (found !== undefined && rank(found) >= rank(action) ? found : action),
    undefined,
  );
}

function whatOf(body: { readonly actions: readonly RecordedAction[]; readonly code: string | null }): string {
  const action = strictestAction(body);
  return action === undefined ? (body.code ?? 'refused') : `${action.action} ${action.resource.type}::${action.resource.id}`;
}

function rowParts(body: EntryBody): string[] {
  switch (body.type) {
    case 'verdict':
      return [body.verdict, body.agent ?? '(nobody)', whatOf(body), body.policies.join(','), body.reason];
    case 'question':
      return ['question', body.agent, `would be ${body.verdict}`, whatOf(body), body.policies.join(','), body.reason];
    case 'outcome':
      return [
        'outcome',
        `of ${body.verdictEntry}`,
        body.result,
        body.status === null ? '' : String(body.status),
        `${body.durationMs} ms`,
        body.error ?? '',
      ];
    case 'refusals':
      return ['refusals', `${body.count} from ${body.source}`, Object.keys(body.codes).join(','), body.sample];
    case 'ticket':
      return ['ticket', body.ticket, body.move, body.agent, body.by === null ? '' : `by ${body.by}`, body.note];
    case 'plan':
      return ['plan', body.plan, body.move, body.step === null ? '' : `step ${body.step}`, body.agent, body.note];
    case 'directory':
      return ['directory', body.move, `${body.entity.type}::${body.entity.id}`];
    case 'budget':
      return [
        'budget',
        body.move,
        body.exchange,
        body.budgets.map((name, i) => `${name}${body.used[i] === undefined ? '' : ` ${body.used[i]}`}`).join(', '),
      ];
    case 'bundle':
      return ['bundle', body.move, body.digest ?? '', `${body.policies} policies`, body.note];
    case 'shadow':
      return [
        'shadow',
        `of ${body.verdictEntry}`,
        `${body.was} would be ${body.would}`,
        body.agent,
        body.actions.map(({ action }) => action).join(','),
        body.policies.join(','),
      ];
    case 'disclosure':
      return disclosureParts(body);
    case 'erasure':
    case 'retention':
    case 'hold':
      return storageParts(body);
    case 'start':
    case 'stop':
      return [body.type, body.version, `synced ${body.syncedSize}`, body.note];
    case 'clock':
    case 'anchor':
    case 'key':
      return steadyParts(body);
    case 'gap':
    case 'lost':
    case 'repair':
      return missingParts(body);
  }
}

/** What the ledger's order and wholeness stand on: clock, checkpoints and keys. */
function steadyParts(body: ClockBody | AnchorBody | KeyBody): string[] {
  if (body.type === 'clock') return ['clock', `stepped by ${body.stepMillis} ms`];
  if (body.type === 'anchor') return ['anchor', body.move, body.size === null ? '' : `${body.size} entries`, anchorText(body)];
  return ['key', body.move, `${keyIdOf(body.previousKey)} to ${keyIdOf(body.publicKey)}`, body.reason];
}

/** `file /mnt/kept kept; witness w failed: it answered 500`. */
export function anchorText({ anchors }: AnchorBody): string {
  return anchors
    .map(({ name, result, note }) => `${[name, result].filter(Boolean).join(' ')}${note === '' ? '' : `: ${note}`}`)
    .join('; ');
}

function disclosureParts(body: Extract<EntryBody, { type: 'disclosure' }>): string[] {
  return ['disclosure', `of ${body.entry}`, body.places.join(','), `by ${body.user ?? body.osUser ?? '(unknown)'}`, body.reason];
}

/** What tells of entries that are not there. */
function missingParts(body: Extract<EntryBody, { type: 'gap' | 'lost' | 'repair' }>): string[] {
  if (body.type === 'gap') return ['gap', `${body.refused} refused since ${body.since}`, body.note];
  if (body.type === 'lost') return ['lost', 'this entry was lost by damage'];
  return ['repair', `${body.lostEntries} of ${body.entries} entries lost`, `damaged store kept in ${body.kept}`, body.note];
}

function storageParts(body: StorageBody | ErasureBody): string[] {
  if (body.type === 'erasure')
    return ['erasure', `of ${body.erased.length} entries`, `by ${body.osUser ?? '(unknown)'}`, body.reason];
  if (body.type === 'retention') {
    const [first, last] = [body.dropped[0], body.dropped.at(-1)];
    return ['retention', `dropped ${body.dropped.length} segments, entries ${first?.from ?? 0} to ${last?.to ?? 0}`, body.rule];
  }
  return ['hold', body.move, body.hold, heldText(body), `by ${body.osUser ?? '(unknown)'}`, body.reason];
}

/** The range of a hold, as people read it. */
export function heldText({ from, to }: { readonly from: number; readonly to: number | null }): string {
  return to === null ? `entries from ${from} on` : `entries ${from} to ${to}`;
}
