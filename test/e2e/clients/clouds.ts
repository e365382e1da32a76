// The real AWS and Cloudflare SDKs: the calls that the argument names, each told by itself, with the body that the SDK handed to its transport.

import { Readable } from 'node:stream';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { DeleteObjectsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import Cloudflare from 'cloudflare';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { reportEach } from './calls.ts';

let sent: string | undefined;

/** The SDK reads no proxy variables: an agent of one's own is the documented way to a proxy. */
class RecordingHandler extends NodeHttpHandler {
  override handle(...args: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    const { body }: { body?: unknown } = args[0];
    sent = typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : undefined;
    return super.handle(...args);
  }
}

const aws = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  requestHandler: new RecordingHandler({ httpsAgent: new HttpsProxyAgent(process.env['HTTPS_PROXY'] ?? '') }),
};
const ec2 = new EC2Client(aws);
const s3 = new S3Client(aws);
const sqs = new SQSClient(aws);
const route53 = new Route53Client(aws);
const cloudflare = new Cloudflare({ apiToken: 'token' });
const ZONE = '0123456789abcdef0123456789abcdef';

function records(Action: 'UPSERT' | 'DELETE', Type: 'A' | 'MX') {
  const record = { Name: 'www.example.com', Type, TTL: 300, ResourceRecords: [{ Value: '192.0.2.1' }] };
  const change = { HostedZoneId: 'Z1ABC', ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] } };
  return route53.send(new ChangeResourceRecordSetsCommand(change));
}

const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  'ec2 describe': () => ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-1'] })),
  'ec2 run': () => ec2.send(new RunInstancesCommand({ ImageId: 'ami-1', MinCount: 1, MaxCount: 1, ClientToken: 'fixed' })),
  'ec2 terminate': () => ec2.send(new TerminateInstancesCommand({ InstanceIds: ['i-1', 'i-2'] })),
  's3 put': () => s3.send(new PutObjectCommand({ Bucket: 'logs', Key: 'a b/c.txt', Body: 'hello' })),
  's3 put stream': () =>
    s3.send(
      new PutObjectCommand({
        Bucket: 'logs',
        Key: 'stream',
        Body: Readable.from([Buffer.from('hello world')]),
        ContentLength: 11,
      }),
    ),
  's3 put elsewhere': () => s3.send(new PutObjectCommand({ Bucket: 'elsewhere', Key: 'k', Body: 'hello' })),
  's3 delete many': () =>
    s3.send(new DeleteObjectsCommand({ Bucket: 'logs', Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } })),
  'sqs create': () => sqs.send(new CreateQueueCommand({ QueueName: 'q' })),
  'sqs delete': () => sqs.send(new DeleteQueueCommand({ QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/q' })),
  'route53 upsert': () => records('UPSERT', 'A'),
  'route53 delete': () => records('DELETE', 'MX'),
  'cloudflare create': () =>
    cloudflare.dns.records.create({ zone_id: ZONE, name: 'www.example.com', type: 'A', content: '192.0.2.1', ttl: 300 }),
  'cloudflare delete': () => cloudflare.dns.records.delete('r1', { zone_id: ZONE }),
  'cloudflare purge': () => cloudflare.cache.purge({ zone_id: ZONE, purge_everything: true }),
};

await reportEach(async (name) => {
  sent = undefined;
  const call = CALLS[name];
  if (call === undefined) throw new TypeError(`there is no call ${name}`);
  await call();
  return { sent };
});
