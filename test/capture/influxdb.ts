// InfluxDB 2: line protocol in the clear and compressed, and Flux.

import type { InfluxDB, WriteOptions } from '@influxdata/influxdb-client';
import { vendor } from './vendor.ts';

interface Influx {
  readonly client: InfluxDB;
  write(lines: readonly string[], options: Partial<WriteOptions>): Promise<void>;
}

const LINES = ['cpu,host=a usage=1 1', 'mem,host=a used=2,note="x, y" 2', 'cpu,host=b usage=3 3'];

export const influxVendor = vendor<Influx>({
  folder: 'influxdb',
  sdk: '@influxdata/influxdb-client',
  open: async () => {
    const { InfluxDB: Client } = await import('@influxdata/influxdb-client');
    const client = new Client({ url: 'https://us-east-1-1.aws.cloud2.influxdata.com', token: 't' });
    return {
      client,
      async write(lines, options) {
        const api = client.getWriteApi('acme', 'metrics', 'ns', { maxRetries: 0, flushInterval: 0, ...options });
        api.writeRecords([...lines]);
        await api.close();
      },
    };
  },
  calls: {
    'hit-write': ({ write }) => write(LINES, {}),
    'hit-write-gzip': ({ write }) => write(LINES, { gzipThreshold: 1 }),
    'hit-flux': ({ client }) => client.getQueryApi('acme').collectRows('from(bucket:"metrics") |> range(start: -1h)'),
    'hit-flux-to': ({ client }) =>
      client.getQueryApi('acme').collectRows('from(bucket:"metrics") |> range(start: -1h) |> to(bucket: "copy")'),
  },
});
