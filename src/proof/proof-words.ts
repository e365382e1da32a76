// What a proof file shows, in sentences plain enough to read aloud. Nothing is said of a file that does not hold but why.

import { readEntry } from '../record/entry-codec.ts';
import { entryRow } from '../record/entry-view.ts';
import { encodeEntry } from '../record/entry-codec.ts';
import { canonical, type Json } from '../record/canonical.ts';
import { plainText } from '../record/plain-text.ts';
import type { CheckedEntry, ProofReport } from './check-proof.ts';
import { outcomeWords, ticketWords, verdictWords } from './entry-words.ts';

const MAX_CHARS = 600;
const MAX_VALUE_CHARS = 4_000;

export function proofLines(report: ProofReport): string[] {
  return [...factLines(report), ...(report.ok ? keyWords(report) : [])];
}

/** Without a word on whose key it is. */
export function factLines(report: ProofReport): string[] {
  if (!report.ok) return ['This proof does NOT hold:', ...report.problems.map((problem) => `  ${plainText(problem, MAX_CHARS)}`)];
  const { entry } = report;
  return [
    ...(entry === null ? [] : entryWords(entry, report)),
    ...sinceWords(report),
    ...(entry === null ? [] : bundleWords(entry, report)),
  ];
}

/** INVARIANT: only of a report that is ok. */
function entryWords(entry: CheckedEntry, { ledger, checkpoint, related }: ProofReport): string[] {
  const size = (checkpoint?.size ?? 0).toLocaleString('en');
  const number = (entry.sequence + 1).toLocaleString('en');
  return [
    `Entry ${entry.sequence} is in the ledger ${ledger}: it is number ${number} of the ${size} entries that the checkpoint signs.`,
    ...told(entry),
    ...related.flatMap(told),
    ...[entry, ...related].flatMap(disclosedWords),
    ...(entry.hidden === 0
      ? []
      : [`${counted(entry.hidden, 'value')} of the entry ${entry.hidden === 1 ? 'is' : 'are'} committed to and not shown.`]),
  ];
}

function told(entry: CheckedEntry): string[] {
  switch (entry.body['type']) {
    case 'verdict':
    case 'question':
      return verdictWords(entry);
    case 'outcome':
      return outcomeWords(entry);
    case 'ticket':
      return ticketWords(entry);
    default:
      return [otherWords(entry)];
  }
}

/** The row that `ledger tail` shows. The file may be anybody's, so an entry of a shape that this program never writes may be in it. */
function otherWords({ body, previous, sequence, time }: CheckedEntry): string {
  try {
    return `Entry ${entryRow(readEntry(encodeEntry(canonical(body), previous, sequence, time), undefined))}.`;
  } catch {
    return `Entry ${sequence} is of a type that this version does not know: ${plainText(JSON.stringify(body['type'] ?? null), 80)}.`;
  }
}

function disclosedWords({ sequence, disclosed }: CheckedEntry): string[] {
  return disclosed.map(({ place, value }) => {
    const shown = `Disclosed of entry ${sequence}: ${place} is ${valueText(value)}`;
    return `${plainText(shown, MAX_VALUE_CHARS)} (it is what the ledger committed to).`;
  });
}

function valueText(value: Json): string {
  return JSON.stringify(value);
}

function bundleWords({ body }: CheckedEntry, { bundle }: ProofReport): string[] {
  if (bundle === null)
    return typeof body['bundle'] === 'string' ? ["The bundle's text is not in this file: only its digest is proven."] : [];
  const places = bundle.policies.map(({ id, file, line }) =>
    file === null
      ? `${plainText(id, 120)} is not found in them`
      : `${plainText(id, 120)} is in ${plainText(file, 120)}, line ${line}`,
  );
  const where = places.length === 0 ? '' : `: ${places.join('; ')}`;
  return [`The files of bundle ${bundle.digest.slice(0, 16)} are in this file and have its digest${where}.`];
}

function sinceWords({ since, entry, checkpoint, ledger }: ProofReport): string[] {
  if (since === null || checkpoint === null) return [];
  const [older, newer] = [since.toLocaleString('en'), checkpoint.size.toLocaleString('en')];
  const whose = entry === null ? `of ${ledger} ` : '';
  return [
    `The checkpoint ${whose}over ${newer} entries goes on from the older one over ${older}: of those nothing was changed, removed or put between.`,
  ];
}

function keyWords({ pinned, publicKey }: ProofReport): string[] {
  if (pinned) return [`Signed by the key that you gave: ${publicKey}.`];
  return [
    `NOT PINNED: the key ${publicKey} is only this file's own word. Whoever made the file could have made a ledger for it.`,
    'Get the key from whom you trust, and give it with --public-key.',
  ];
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}
