// The real SDKs of NoSQL databases: a read of a listed one arrives as it was sent, a write to it is the SDK's own error, once.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { runCalls } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { NOSQL_HOSTS, startNosqlOrigin } from '../support/nosql-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const DELETES = 'database.delete';
/** What each SDK throws for a refusal (InfluxDB's is minified, Airtable's is no Error), the database it speaks to, and what its write is. */
const SYSTEMS: Readonly<Record<string, readonly [error: RegExp, database: string, write: string]>> = {
  dynamodb: [/^DynamoDBServiceException$/, 'dynamodb.us-east-1.amazonaws.com', DELETES],
  elasticsearch: [/^ResponseError$/, 'search.example.com', DELETES],
  influxdb: [/^(?:HttpError|t)$/, 'us-east-1-1.aws.cloud2.influxdata.com/acme/metrics', 'database.insert,database.update'],
  cosmos: [/^ErrorResponse$/, 'shop.documents.azure.com/shop', DELETES],
  couchdb: [/^Error$/, 'acct-bluemix.cloudantnosqldb.appdomain.cloud/orders', DELETES],
  upstash: [/^UpstashError$/, 'eu1-cool-cat-1.upstash.io', DELETES],
  notion: [/^APIResponseError$/, 'api.notion.com', DELETES],
  airtable: [/^(?:AirtableError|thrown)$/, 'api.airtable.com/appAbc123', DELETES],
  firestore: [/^Error$/, 'firestore.googleapis.com/p1/(default)', DELETES],
};
const OPEN = {
  uid: { type: 'Database', id: 'us-east-1-1.aws.cloud2.influxdata.com/acme/open' },
  attrs: { writes: true },
  parents: [],
};

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startNosqlOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(NOSQL_HOSTS.map((host) => [host, origin.address])),
    entities: [
      ...Object.values(SYSTEMS).map(([, id]) => ({ uid: { type: 'Database', id }, attrs: { reads: true }, parents: [] })),
      OPEN,
    ],
  }),
);
const agent = await interlock.addAgent('reporter', { teams: ['engineering'] });
const systems = Object.keys(SYSTEMS);
/** Cosmos DB's SDK looks up account and container first (plain reads of the host), and asks for a query's plan before the query. */
const digests = (from: number) => origin.received.slice(from).flatMap(({ method, digest }) => (method === 'GET' ? [] : [digest]));

/** What each SDK sends when nothing is in between. */
const straight = await runCalls({ env: { NODE_EXTRA_CA_CERTS: ca.certFile } }, 'nosql', {
  calls: [...systems.map((system) => [system, 'read']), ['influxdb', 'open']],
  base: `https://localhost:${origin.port}`,
});
const plain = digests(0);
assert.ok(straight.every(({ ok }) => ok) && plain.length === systems.length + 2, JSON.stringify([straight, plain]));

const before = { received: origin.received.length, judged: (await interlock.bodies('verdict')).length };
const calls = systems.flatMap((system) => [
  [system, 'read'],
  [system, 'write'],
]);
/** In two runs: together the SDKs take longer to load on a busy machine than a client may run. */
const said = [
  ...(await runCalls(agent, 'nosql', { calls: calls.slice(0, 8) })),
  ...(await runCalls(agent, 'nosql', { calls: [...calls.slice(8), ['influxdb', 'open'], ['elasticsearch', 'bulk']] })),
];
const arrived = digests(before.received);
const verdicts = (await interlock.bodies('verdict'))
  .slice(before.judged)
  .filter(({ actions }) => actions[0]?.action !== 'http.read');

for (const [index, [system, [error]]] of Object.entries(SYSTEMS).entries()) {
  it(`${system}: a read is answered, a write is the SDK's own error with our reason`, () => {
    const [read, write] = said.slice(2 * index, 2 * index + 2);
    assert.ok(read?.ok, JSON.stringify(read?.error));
    assert.match(String(write?.error['name']), error, JSON.stringify(write));
    assert.match(JSON.stringify(write?.error), /database-unlisted-write/);
  });
}

it('what is allowed arrives as the SDKs made it, points in gzip among it, and nothing else', () => {
  assert.deepEqual(arrived, plain);
});

it('each call is judged once, by what it does', () => {
  assert.deepEqual(
    verdicts
      .slice(0, 2 * systems.length + 1)
      .map(({ verdict, actions }) => [verdict, actions.map(({ action }) => action).join()]),
    Object.entries(SYSTEMS).flatMap(([system, [, , write]]) => [
      ...(system === 'cosmos' ? [['ALLOW_LOG', 'database.read']] : []),
      ['ALLOW_LOG', 'database.read'],
      ['BLOCK', write],
    ]),
  );
});

it('points in gzip are told by their measurements', () => {
  assert.equal(said.at(-2)?.ok, true, JSON.stringify(said.at(-2)));
  assert.deepEqual(
    verdicts.at(-2)?.actions.map(({ facts }) => facts['tables']),
    [['cpu'], ['cpu']],
  );
});

it('a bulk request is refused in its own answer, item by item', () => {
  const answer = said.at(-1)?.result;
  assert.match(
    JSON.stringify(answer),
    /^\{"took":0,"errors":true,"items":\[\{"index".*database-unlisted-write.*"delete".*\}\]\}$/,
  );
});
