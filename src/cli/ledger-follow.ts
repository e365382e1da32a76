// `interlock ledger follow`: entries as they are written, resumable, and never faster than who reads them.

import { resolve } from 'node:path';
import { InterlockError } from '../errors.ts';
import { formatLine } from '../export/format.ts';
import type { Format } from '../export/format.ts';
import type { Values } from '../export/values.ts';
import type { Operator } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { type CommonOptions, withOperator } from './common-options.ts';
import { readCursor, writeCursor } from './cursor-file.ts';
import { type FilterOptions, filterOf } from './ledger-filter.ts';

export interface FollowOptions extends CommonOptions, FilterOptions {
  readonly from: number | 'now';
  readonly cursor?: string;
  readonly format: Format;
  readonly values: Values;
}

const PAGE = 250;
/** A request to the gateway that waits for the next entry. Ends sooner with the entry, or with Ctrl-C. */
const WAIT_MS = 20_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Until Ctrl-C, or until nobody reads any more. Throws NOT_RUNNING when no gateway runs, or when it ends first. */
export async function follow(cli: Cli, options: FollowOptions): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  for (const signal of SIGNALS) cli.signals.on(signal, stop);
  const unwatch = cli.terminal.whenUnread(stop);
  try {
    await withOperator(cli, options, (operator) => tellAll(cli, options, operator, stopped.signal));
  } finally {
    unwatch();
    for (const signal of SIGNALS) cli.signals.off(signal, stop);
  }
}

async function tellAll(cli: Cli, options: FollowOptions, operator: Operator, stopped: AbortSignal): Promise<void> {
  // On the data folder itself nothing would ever come, and its lock would keep the gateway from starting.
  if (operator.via === 'local') {
    throw new InterlockError('NOT_RUNNING', 'no gateway runs here: without one nothing is written', {
      hint: 'Start it with `interlock start`; `interlock ledger export` reads what there is meanwhile.',
    });
  }
  const { cursor, values } = options;
  const format = options.json === true ? 'jsonl' : options.format;
  const file = cursor === undefined ? null : resolve(cli.terminal.cwd, cursor);
  const filter = filterOf(options);
  let from = (file === null ? null : readCursor(file)) ?? (await beginning(operator, options.from));
  while (!stopped.aborted) {
    // The next page is asked for only when this one was taken: one page is all that is ever held.
    const page = await operator.readLedger({ from, count: PAGE, filter, values, waitMs: WAIT_MS }, stopped);
    const text = page.lines.map((line) => `${formatLine(line, format)}\n`).join('');
    if (text !== '' && !(await cli.terminal.write(text))) return;
    // INVARIANT: the cursor is never ahead of what was taken; after a crash some lines come again.
    if (file !== null && page.next !== from) writeCursor(file, page.next);
    from = page.next;
  }
}

async function beginning(operator: Operator, from: number | 'now'): Promise<number> {
  if (from !== 'now') return from;
  const { size } = await operator.readLedger({ from: 0, count: 1, filter: {}, values: 'open', waitMs: 0 });
  return size;
}
