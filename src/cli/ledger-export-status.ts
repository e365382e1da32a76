// `interlock ledger export --status`: how far each sink of the configuration is.

import type { ShippingStatus } from '../export/shipping-status.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, withOperator } from './common-options.ts';
import { table } from './table.ts';

/** Ends with 1 while a sink fails. */
export async function exportStatus(cli: Cli, options: CommonOptions): Promise<void> {
  const sinks = await withOperator(cli, options, (operator) => operator.exportStatus());
  if (sinks.some(({ problem }) => problem !== null)) cli.exitCode = 1;
  answer(cli, options, sinks, () =>
    sinks.length === 0
      ? ['Nothing is shipped: the configuration has no `ledger.export`.']
      : table(['SINK', 'TO', 'NEXT ENTRY', 'LAG', 'LAST SUCCESS', 'LAST ERROR'], sinks.map(row)),
  );
}

function row({ name, target, next, lag, lastSuccess, lastError, problem }: ShippingStatus): string[] {
  const error = lastError === null ? '-' : `${lastError.at} ${lastError.problem}${problem === null ? ' (over)' : ''}`;
  return [name, target, next === null ? '-' : String(next), String(lag), lastSuccess ?? 'none since the start', error];
}
