// The real SDKs of databases over HTTP: a read of a listed one arrives as it was sent, a write to it is the SDK's own error, once.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { runCalls } from '../support/agent-client.ts';
import { DATABASE_HOSTS, startDatabaseOrigin } from '../support/database-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

/** What each SDK throws for a refusal (`Error`: there is no SDK here, the answer is read as it is), and the database it speaks to. */
const SYSTEMS: Readonly<Record<string, readonly [error: RegExp, database: string]>> = {
  supabase: [/^PostgrestError$/, 'abcdefgh.supabase.co'],
  postgrest: [/^PostgrestError$/, 'rest.acme.example'],
  neon: [/^NeonDbError$/, 'ep-cool-1.us-east-2.aws.neon.tech/app'],
  planetscale: [/^DatabaseError$/, 'aws.connect.psdb.cloud'],
  libsql: [/^LibsqlError$/, 'app-acme.turso.io'],
  'rds-data': [/^AccessDeniedException$/, 'arn:aws:rds:us-east-1:123456789012:cluster:app/shop'],
  clickhouse: [/^ClickHouseError$/, 'abc.clickhouse.cloud'],
  d1: [/^PermissionDeniedError$/, 'api.cloudflare.com/acc1/db1'],
  bigquery: [/^(?:Error|ApiError)$/, 'bigquery.googleapis.com/acme'],
  snowflake: [/^Error$/, 'acme.snowflakecomputing.com/shop'],
  databricks: [/^Error$/, 'acme.cloud.databricks.com/main'],
};

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startDatabaseOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(DATABASE_HOSTS.map((host) => [host, origin.address])),
    entities: Object.values(SYSTEMS).map(([, id]) => ({ uid: { type: 'Database', id }, attrs: { reads: true }, parents: [] })),
  }),
);
const agent = await interlock.addAgent('reporter', { teams: ['engineering'] });

/** What each SDK sends when nothing is in between. */
const systems = Object.keys(SYSTEMS);
const straight = await runCalls({ env: { NODE_EXTRA_CA_CERTS: ca.certFile } }, 'databases', {
  calls: systems.map((system) => [system, 'read']),
  base: `https://localhost:${origin.port}`,
});
const plain = origin.received.map(({ digest }) => digest);
assert.ok(straight.every(({ ok }) => ok) && plain.length === systems.length, JSON.stringify(straight));

const before = { received: origin.received.length, judged: (await interlock.bodies('verdict')).length };
/** In two runs: together the SDKs take longer to load on a busy machine than a client may run. */
const said = [
  ...(await runCalls(agent, 'databases', { calls: systems.slice(0, 6).flatMap(readAndWrite) })),
  ...(await runCalls(agent, 'databases', { calls: systems.slice(6).flatMap(readAndWrite) })),
];
const arrived = origin.received.slice(before.received).map(({ digest }) => digest);
const verdicts = (await interlock.bodies('verdict')).slice(before.judged);

function readAndWrite(system: string): string[][] {
  return [
    [system, 'read'],
    [system, 'write'],
  ];
}

for (const [index, [system, [error]]] of Object.entries(SYSTEMS).entries()) {
  it(`${system}: a read arrives as the SDK made it, a write is its own error with our reason`, () => {
    const [read, write] = said.slice(2 * index, 2 * index + 2);
    assert.ok(read?.ok, JSON.stringify(read?.error));
    assert.equal(arrived[index], plain[index]);
    assert.match(String(write?.error['name']), error, JSON.stringify(write));
    assert.match(JSON.stringify(write?.error), /database-unlisted-write/);
  });
}

it('each call is judged once, by what its statement does', () => {
  assert.equal(arrived.length, systems.length, 'nothing that was refused arrived');
  assert.deepEqual(
    verdicts.map(({ verdict, actions }) => [verdict, actions.map(({ action }) => action).join()]),
    systems.flatMap((system) => [
      // At a host that nobody knows, a header makes no more of a GET than a read.
      system === 'postgrest' ? ['ALLOW', 'http.read'] : ['ALLOW_LOG', 'database.read'],
      ['BLOCK', 'database.delete'],
    ]),
  );
});

it('says nothing of the credentials in a connection string', () => {
  const told = JSON.stringify(verdicts.filter(({ actions }) => actions[0]?.facts['system'] === 'neon'));
  assert.match(told, /ep-cool-1/);
  assert.doesNotMatch(told, /u:p@/);
});
