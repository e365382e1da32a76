// The real SDKs of AWS and Cloudflare, and plain requests to Kubernetes, Google Cloud and Azure: what is allowed arrives byte for byte, what is
// not is the SDK's own error with our reason, after one call.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type ClientReport, curl, runCalls } from '../support/agent-client.ts';
import { startCloudOrigin } from '../support/cloud-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const HOSTS = [
  'ec2.us-east-1.amazonaws.com',
  'logs.s3.us-east-1.amazonaws.com',
  'elsewhere.s3.us-east-1.amazonaws.com',
  'sqs.us-east-1.amazonaws.com',
  'route53.amazonaws.com',
  'api.cloudflare.com',
  'cluster.example.com',
  'compute.googleapis.com',
  'management.azure.com',
];
const ZONE = '0123456789abcdef0123456789abcdef';
const listed = (type: string, id: string) => ({ uid: { type, id }, attrs: { writes: true }, parents: [] });
/** What waits in the starter bundle is blocked here, so that nobody is waited for. */
const POLICIES = `
@id("e2e-no-deletion")
@reason("Nothing is deleted here.")
forbid (principal, action in [Action::"cloud.delete", Action::"cloud.secret", Action::"file.delete"], resource);

@id("e2e-no-record-deletion")
@reason("No record is deleted here.")
forbid (principal, action == Action::"dns.change", resource)
when { context has changes && context.changes.contains("delete") };
`;

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startCloudOrigin(ca, HOSTS));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(HOSTS.map((host) => [host, origin.address])),
    policies: POLICIES,
    entities: [
      listed('Bucket', 's3/logs'),
      listed('CloudScope', 'aws/us-east-1'),
      listed('Zone', 'route53/Z1ABC'),
      listed('Zone', `cloudflare/${ZONE}`),
      listed('CloudScope', `cloudflare/zones/${ZONE}`),
      listed('CloudScope', 'kubernetes/cluster.example.com/sandbox'),
      listed('CloudScope', 'gcp/sandbox'),
      listed('CloudScope', 'azure/1/sandbox'),
    ],
  }),
);
const agent = await interlock.addAgent('builder', { teams: ['engineering'] });

const NAMES = [
  'ec2 describe',
  'ec2 run',
  'ec2 terminate',
  's3 put',
  's3 put stream',
  's3 put elsewhere',
  's3 delete many',
  'sqs create',
  'sqs delete',
  'route53 upsert',
  'route53 delete',
  'cloudflare create',
  'cloudflare delete',
  'cloudflare purge',
];
const reports = new Map<string, ClientReport>(
  (await runCalls(agent, 'clouds', { calls: NAMES })).map((said, i) => [NAMES[i] ?? '', said]),
);
const said = (name: string): ClientReport => reports.get(name) ?? assert.fail(name);
const at = (host: string) => origin.received.filter((one) => one.get('host') === host);

describe('what is allowed arrives byte for byte', () => {
  for (const [name, host] of [
    ['ec2 describe', 'ec2.us-east-1.amazonaws.com'],
    ['ec2 run', 'ec2.us-east-1.amazonaws.com'],
    ['s3 put', 'logs.s3.us-east-1.amazonaws.com'],
    ['sqs create', 'sqs.us-east-1.amazonaws.com'],
    ['route53 upsert', 'route53.amazonaws.com'],
  ] as const)
    it(name, async () => {
      const report = said(name);
      assert.ok(report.ok, JSON.stringify(report));
      const bodies = await Promise.all(at(host).map(async (one) => (await one.body()).toString('utf8')));
      assert.ok(String(report.result['sent']).length > 4);
      assert.ok(bodies.includes(String(report.result['sent'])), JSON.stringify(bodies));
    });

  it('s3 put stream, its aws-chunked framing untouched', async () => {
    assert.ok(said('s3 put stream').ok, JSON.stringify(said('s3 put stream')));
    const [put] = at('logs.s3.us-east-1.amazonaws.com').filter((one) => one.target.startsWith('/stream'));
    assert.match(
      (await put?.body())?.toString('latin1') ?? '',
      /^b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:[A-Za-z0-9+/=]+\r\n\r\n$/,
    );
    assert.equal(put?.get('content-encoding'), 'aws-chunked');
    const facts = (await interlock.bodies('verdict')).flatMap(({ actions }) => actions.map((action) => action.facts));
    assert.ok(facts.some((one) => one['bytes'] === 11));
  });

  it('cloudflare create and purge', async () => {
    for (const name of ['cloudflare create', 'cloudflare purge']) assert.ok(said(name).ok, JSON.stringify(said(name)));
    const bodies = await Promise.all(at('api.cloudflare.com').map(async (one) => JSON.parse((await one.body()).toString())));
    assert.deepEqual(bodies[0], { name: 'www.example.com', type: 'A', content: '192.0.2.1', ttl: 300 });
    assert.deepEqual(bodies[1], { purge_everything: true });
  });
});

describe("what is not is the SDK's own error, after one call", () => {
  for (const [name, error, policy] of [
    ['ec2 terminate', 'EC2ServiceException', 'e2e-no-deletion'],
    ['s3 put elsewhere', 'AccessDenied', 'upload-unlisted'],
    ['s3 delete many', 'AccessDenied', 'e2e-no-deletion'],
    ['sqs delete', 'SQSServiceException', 'e2e-no-deletion'],
    ['route53 delete', 'Route53ServiceException', 'e2e-no-record-deletion'],
    ['cloudflare delete', 'PermissionDeniedError', 'e2e-no-record-deletion'],
  ] as const)
    it(name, async () => {
      const report = said(name);
      assert.ok(!report.ok);
      assert.match(JSON.stringify(report.error), new RegExp(policy));
      assert.match(JSON.stringify(report.error), new RegExp(error), JSON.stringify(report.error));
    });

  it('none of them arrived, and none was tried twice', async () => {
    const blocked = (await interlock.bodies('verdict')).filter(({ verdict }) => verdict === 'BLOCK');
    assert.equal(blocked.length, 6);
    assert.equal(at('elsewhere.s3.us-east-1.amazonaws.com').length, 0);
    assert.ok(origin.received.every((one) => !one.target.includes('delete') && one.method !== 'DELETE'));
  });
});

describe('plain requests', () => {
  const JSON_TYPE = ['-H', 'Content-Type: application/json'];
  const pod = '{"kind":"Pod","metadata":{"name":"web"}}';
  const group =
    'https://management.azure.com/subscriptions/1/resourceGroups/sandbox/providers/Microsoft.Compute/virtualMachines/web';
  const instances = 'https://compute.googleapis.com/compute/v1/projects/sandbox/zones/z/instances';
  const pods = 'https://cluster.example.com/api/v1/namespaces/sandbox/pods';

  for (const [name, method, url, body] of [
    ['Kubernetes', 'POST', pods, pod],
    ['Google Cloud', 'POST', instances, '{"name":"web"}'],
    ['Azure', 'PUT', `${group}?api-version=1`, '{"location":"x"}'],
  ] as const)
    it(`${name}: a change in a listed scope arrives as it is`, async () => {
      const answer = await curl(agent, [...JSON_TYPE, '-X', method, '-d', body, url]);
      assert.equal(answer.status, 200, answer.body);
      assert.equal((await origin.received.at(-1)?.body())?.toString(), body);
    });

  for (const [name, args, field] of [
    ['Kubernetes', ['-X', 'DELETE', `${pods}/web`], /"reason":"Forbidden","code":403/],
    ['Kubernetes secrets', [`https://cluster.example.com/api/v1/namespaces/sandbox/secrets/db`], /"kind":"Status"/],
    ['Google Cloud', ['-X', 'DELETE', `${instances}/web`], /"status":"PERMISSION_DENIED"/],
    ['Azure', ['-X', 'DELETE', `${group}?api-version=1`], /"code":"AuthorizationFailed"/],
    [
      'Azure in a batch',
      [
        ...JSON_TYPE,
        '-d',
        `{"requests":[{"httpMethod":"DELETE","relativeUrl":"${group}"}]}`,
        'https://management.azure.com/batch?api-version=1',
      ],
      /"code":"AuthorizationFailed"/,
    ],
  ] as const)
    it(`${name}: what is blocked is told in its own shape`, async () => {
      const before = origin.received.length;
      const answer = await curl(agent, [...args]);
      assert.equal(answer.status, 403, answer.body);
      assert.match(answer.body, field);
      assert.match(answer.body, /e2e-no-deletion/);
      assert.equal(origin.received.length, before);
    });
});
