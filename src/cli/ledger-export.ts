// `interlock ledger export`: a range of the ledger as lines, for who is not to have the data folder.

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InterlockError } from '../errors.ts';
import { type Format, formatLine } from '../export/format.ts';
import type { Values } from '../export/values.ts';
import type { Operator } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, withOperator } from './common-options.ts';
import { type FilterOptions, filterOf, type SpanOptions } from './ledger-filter.ts';
import { progressLine } from './progress.ts';

export interface ExportOptions extends CommonOptions, FilterOptions, SpanOptions {
  readonly output?: string;
  readonly format: Exclude<Format, 'text'>;
  readonly values: Values;
  /** The first and the last sequence. */
  readonly from?: number;
  readonly to?: number;
}

interface Exported {
  readonly entries: number;
  readonly from: number;
  /** The last sequence that was looked at, or null when there was none. */
  readonly to: number | null;
}

const PAGE = 250;

/** With a file its name appears when it is whole: what broke off is never taken for an export. */
export async function exportLedger(cli: Cli, options: ExportOptions & { readonly output: string }): Promise<void> {
  if (options.output === '-') {
    await exported(cli, options, (text) => cli.terminal.write(text));
    return;
  }
  const file = resolve(cli.terminal.cwd, options.output);
  const draft = `${file}.part`;
  const handle = await openDraft(draft);
  let done: Exported;
  try {
    done = await exported(cli, options, (text) => append(handle, text));
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
  answer(cli, options, { ...done, output: file }, () => [
    `${done.entries} entries are in ${file}${done.to === null ? '' : ` (of ${done.from} to ${done.to})`}.`,
  ]);
}

async function openDraft(draft: string): Promise<FileHandle> {
  try {
    await rm(draft, { force: true });
    return await open(draft, 'wx', 0o600);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InterlockError('USAGE', `cannot write the export: ${why}`, { cause });
  }
}

async function append(handle: FileHandle, text: string): Promise<boolean> {
  await handle.writeFile(text);
  return true;
}

async function exported(cli: Cli, options: ExportOptions, write: (text: string) => Promise<boolean>): Promise<Exported> {
  const progress = progressLine(cli.terminal, 'exported');
  const done = await withOperator(cli, options, (operator) => pages(operator, options, write, progress.show));
  progress.end();
  return done;
}

/** Page by page, each asked for when the one before was taken: memory stays flat, and the gateway never waits. */
async function pages(
  operator: Operator,
  options: ExportOptions,
  write: (text: string) => Promise<boolean>,
  onProgress: (done: number, total: number) => void,
): Promise<Exported> {
  const { format, values, since, until } = options;
  const filter = filterOf(options);
  const start = Math.max(options.from ?? 0, since === undefined ? 0 : await operator.sequenceAt(since));
  // What is written meanwhile is left for the next export.
  const { size } = await operator.readLedger({ from: start, count: 1, filter, values: 'open', waitMs: 0 });
  const end = Math.min(
    options.to === undefined ? size : options.to + 1,
    until === undefined ? size : await operator.sequenceAt(until),
    size,
  );
  let [from, entries] = [start, 0];
  while (from < end) {
    const page = await operator.readLedger({ from, count: Math.min(PAGE, end - from), filter, values, waitMs: 0 });
    if (page.next === from) break;
    const text = page.lines.map((line) => `${formatLine(line, format)}\n`).join('');
    if (text !== '' && !(await write(text))) break;
    entries += page.lines.length;
    from = page.next;
    onProgress(from - start, end - start);
  }
  return { entries, from: start, to: from === start ? null : from - 1 };
}
