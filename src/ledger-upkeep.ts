// How the gateway keeps its ledger: what the configuration says of it, and what is told to the log.

import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { OpenLedgerOptions } from './record/chain.ts';
import type { Stall } from './record/chain-writer.ts';

/** Nothing is sealed and nothing dropped unless the configuration says so. What a killed run began is finished whatever it says by now. */
export function upkeepOf(
  { segments, retention, maxWaitMillis: maxWaitMs }: Config['ledger'],
  log: Pick<Logger, 'error' | 'warn'>,
): Pick<OpenLedgerOptions, 'onStall' | 'sealing' | 'maxWaitMs'> {
  const onStall = (stall: Stall): void => tellStall(stall, log);
  const onProblem = (error: unknown): void =>
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'segments of the ledger');
  return {
    onStall,
    maxWaitMs,
    sealing: {
      keepLive: segments?.keepLiveEntries ?? null,
      ...(segments === null ? {} : { segmentEntries: segments.entriesPerSegment }),
      retention,
      onProblem,
    },
  };
}

function tellStall(stall: Stall, log: Pick<Logger, 'error' | 'warn'>): void {
  if (!stall.stalled) return log.warn({ refused: stall.refused }, 'the ledger can be written again');
  const { message, hint } = stall.error;
  return log.error({ error: message, hint }, 'nothing is forwarded');
}
