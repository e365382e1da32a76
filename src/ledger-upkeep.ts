// How the gateway keeps its ledger: what the configuration says of it, and what is told to the log.

import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { OpenLedgerOptions } from './record/chain.ts';

/** Nothing is sealed and nothing dropped unless the configuration says so. */
export function upkeepOf(
  { segments }: Config['ledger'],
  log: Pick<Logger, 'error' | 'warn'>,
): Pick<OpenLedgerOptions, 'onStall' | 'sealing'> {
  const onStall: OpenLedgerOptions['onStall'] = (stall) => log.error({ stall }, 'ledger');
  if (segments === null) return { onStall };
  const onProblem = (error: unknown): void =>
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'segments of the ledger');
  return {
    onStall,
    sealing: { keepLive: segments.keepLiveEntries, segmentEntries: segments.entriesPerSegment, onProblem },
  };
}
