// The sinks of the configuration, each with its shipper, and what the log is told of them.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config, SinkConfig } from '../config/config.ts';
import { fileSink } from './file-sink.ts';
import type { Source } from './page.ts';
import { shippingPlace } from './shipping-place.ts';
import { startShipper } from './shipper.ts';
import type { ShippingStatus } from './shipping-status.ts';
import type { Sink } from './sink.ts';
import { syslogSink } from './syslog-sink.ts';

export interface Shipping {
  counts(): Readonly<Record<string, { readonly lag: number; readonly up: boolean }>>;
  readonly states: readonly ShippingStatus[];
  close(): Promise<void>;
}

export async function openShipping(
  { dataDir, ledger: { export: sinks } }: Pick<Config, 'dataDir' | 'ledger'>,
  source: Source,
  log: Pick<Logger, 'warn' | 'info'>,
): Promise<Shipping> {
  const folder = join(dataDir, 'export');
  if (sinks.length > 0) await mkdir(folder, { recursive: true, mode: 0o700 });
  const shippers = sinks.map((config) => {
    const sink = sinkFor(config);
    const { name, format, values, only } = config;
    const { target } = sink;
    const place = shippingPlace(join(folder, `${name}.cursor`), source);
    const onChange = (problem: string | null): void => {
      if (problem === null) log.info({ sink: name, target }, 'entries are shipped again');
      else log.warn({ sink: name, target, problem }, 'entries are not shipped; they are kept, and tried again');
    };
    return { name, target, shipper: startShipper({ source, sink, place, format, values, filter: only, onChange }) };
  });
  return {
    counts: () =>
      Object.fromEntries(shippers.map(({ name, shipper: { state } }) => [name, { lag: state.lag, up: state.problem === null }])),
    get states() {
      return shippers.map(({ name, target, shipper }) => ({ name, target, ...shipper.state }));
    },
    async close() {
      await Promise.all(shippers.map(({ shipper }) => shipper.close()));
    },
  };
}

function sinkFor({ to }: SinkConfig): Sink {
  return 'file' in to ? fileSink(to.file) : syslogSink(to.syslog);
}
