// A real gateway ships its ledger to a file and over TLS while it is killed in the middle: every entry arrives, in both places.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { startInterlock } from '../support/interlock.ts';
import { startLoad } from '../support/keep-alive-load.ts';
import { startOrigin } from '../support/origin.ts';
import { sequenceIn, startSyslogReceiver } from '../support/syslog-receiver.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startOrigin({ leaf: await ca.issue(['app.e2e.test']), protocols: ['http/1.1'] }));
const receiver = stack.use(await startSyslogReceiver(await ca.issue(['127.0.0.1'])));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'app.e2e.test': origin.address },
    config: {
      log: { level: 'warn' },
      upstream: { allowAddresses: ['127.0.0.0/8'] },
      ledger: {
        export: [
          { name: 'disk', file: 'out.jsonl' },
          { name: 'siem', syslog: { host: '127.0.0.1', port: receiver.port, caFile: ca.certFile } },
        ],
      },
    },
  }),
);
const agent = await interlock.addAgent('scribe', { teams: ['engineering'] });

it('kill -9 in the middle loses nothing: what was not confirmed comes again', async () => {
  const load = await startLoad(interlock, interlock.login(agent.username, agent.token), 'app.e2e.test', '/ship', 4);
  await waitFor(() => (receiver.messages.length > 50 ? true : undefined));
  await interlock.kill9();
  await load.stop();
  await interlock.start({ warm: true });
  const shipped = async (): Promise<Set<number>[]> => {
    const text = await readFile(join(interlock.folder, 'out.jsonl'), 'utf8');
    const whole = text.split('\n').filter((line) => line.endsWith('"version":1}'));
    return [new Set(whole.map(sequenceIn)), new Set(receiver.messages.map(sequenceIn))];
  };
  const { length: size } = await interlock.tail(100_000);
  const sets = await waitFor(async () => {
    const seen = await shipped();
    return seen.every((sequences) => sequences.size >= size) ? seen : undefined;
  });
  for (const seen of sets) for (let sequence = 0; sequence < size; sequence += 1) assert.ok(seen.has(sequence), `${sequence}`);
});

it('tells how far each sink is', async () => {
  const sinks = await waitFor(async () => {
    const told = (await interlock.json(['ledger', 'export', '--status'])) as {
      name: string;
      lag: number;
      lastSuccess: string | null;
    }[];
    return told.every(({ lag, lastSuccess }) => lag === 0 && lastSuccess !== null) ? told : undefined;
  });
  assert.deepEqual(
    sinks.map(({ name }) => name),
    ['disk', 'siem'],
  );
});
