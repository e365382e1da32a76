// AWS refusals as the real SDKs read them: their own exception, our sentence in it, one call.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import { CreateContactListCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsRefusal } from '../../src/providers/aws-refusal.ts';
import { REFUSAL } from '../support/refusing-origin.ts';
import { requestView } from '../support/request-view.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** Answers as `awsRefusal` would to a request for the vendor's own host. */
async function refused(call: (endpoint: string) => Promise<unknown>): Promise<{ error: Error; calls: number }> {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume().on('end', () => {
      const headers = request.rawHeaders.filter((_, i) => !/^host$/i.test(request.rawHeaders[i - (i % 2)] ?? ''));
      const view = requestView(request.method ?? '', request.url ?? '', { host: `127.0.0.1:1`, headers });
      const answer = awsRefusal(view, { ...REFUSAL, reason: 'a <b> & "c"' });
      response.writeHead(answer.status, [...answer.headers, 'content-length', String(answer.body.length)]).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const error: unknown = await call(`http://127.0.0.1:${address.port}`).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  server.closeAllConnections();
  server.close();
  assert.ok(error instanceof Error);
  return { error, calls };
}

const options = (endpoint: string) => ({ region: 'us-east-1', endpoint, credentials: CREDENTIALS, maxAttempts: 3 });

const CASES: readonly (readonly [name: string, code: string, call: (endpoint: string) => Promise<unknown>])[] = [
  [
    'EC2',
    'UnauthorizedOperation',
    (e) => new EC2Client(options(e)).send(new TerminateInstancesCommand({ InstanceIds: ['i-1'] })),
  ],
  [
    'Query',
    'AccessDenied',
    (e) => new SESClient(options(e)).send(new VerifyEmailIdentityCommand({ EmailAddress: 'a@example.com' })),
  ],
  [
    'REST-JSON',
    'AccessDeniedException',
    (e) => new SESv2Client(options(e)).send(new CreateContactListCommand({ ContactListName: 'c' })),
  ],
  ['JSON 1.0', 'AccessDenied', (e) => new SQSClient(options(e)).send(new CreateQueueCommand({ QueueName: 'q' }))],
  [
    'S3',
    'AccessDenied',
    (e) => new S3Client({ ...options(e), forcePathStyle: true }).send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' })),
  ],
  [
    'Route 53',
    'AccessDenied',
    (e) =>
      new Route53Client(options(e)).send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: 'Z1',
          ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: { Name: 'x.example.com', Type: 'A' } }] },
        }),
      ),
  ],
];

for (const [name, code, call] of CASES)
  test(`${name}: the SDK raises ${code} after one call`, async () => {
    const { error, calls } = await refused(call);
    assert.equal(calls, 1);
    assert.equal(error.name, code, String(error));
    assert.equal(error.message, 'Interlock: a <b> & "c" (policy refund-large; entry 12)');
  });
