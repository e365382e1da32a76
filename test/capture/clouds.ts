// AWS beside mail and databases, and Cloudflare.

import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Route53 from '@aws-sdk/client-route-53';
import type * as Sns from '@aws-sdk/client-sns';
import type * as Sqs from '@aws-sdk/client-sqs';
import type { Cloudflare } from 'cloudflare';
import { AWS } from './aws-client.ts';
import { given, type Vendor, vendor } from './vendor.ts';

const XML = { headers: { 'Content-Type': 'text/xml' }, body: '<Answer/>' };

const ec2 = vendor<{ readonly client: Ec2.EC2Client; readonly sdk: typeof Ec2 }>({
  folder: 'aws',
  sdk: '@aws-sdk/client-ec2',
  open: async () => {
    const sdk = await import('@aws-sdk/client-ec2');
    return { sdk, client: new sdk.EC2Client(AWS) };
  },
  answer: () => XML,
  calls: {
    'hit-terminate-instances': ({ client, sdk }) =>
      client.send(new sdk.TerminateInstancesCommand({ InstanceIds: ['i-0abc', 'i-0def'] })),
    'hit-stop-instances': ({ client, sdk }) => client.send(new sdk.StopInstancesCommand({ InstanceIds: ['i-0abc'] })),
    'hit-run-instances': ({ client, sdk }) =>
      client.send(
        new sdk.RunInstancesCommand({
          ImageId: 'ami-1',
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          ClientToken: 'abc',
        }),
      ),
    'hit-open-port': ({ client, sdk }) =>
      client.send(
        new sdk.AuthorizeSecurityGroupIngressCommand({
          GroupId: 'sg-1',
          IpPermissions: [{ IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
        }),
      ),
    'hit-describe-instances': ({ client, sdk }) =>
      client.send(new sdk.DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: ['web'] }] })),
  },
});

const sns = vendor<{ readonly client: Sns.SNSClient; readonly sdk: typeof Sns }>({
  folder: 'sns',
  sdk: '@aws-sdk/client-sns',
  open: async () => {
    const sdk = await import('@aws-sdk/client-sns');
    return { sdk, client: new sdk.SNSClient(AWS) };
  },
  answer: () => XML,
  calls: {
    'hit-publish-sms': ({ client, sdk }) => client.send(new sdk.PublishCommand({ PhoneNumber: '+15550100', Message: 'hi' })),
    'hit-publish-topic': ({ client, sdk }) =>
      client.send(new sdk.PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:123456789012:t', Message: 'hi' })),
    'hit-publish-batch': ({ client, sdk }) =>
      client.send(
        new sdk.PublishBatchCommand({
          TopicArn: 'arn:aws:sns:us-east-1:123456789012:t',
          PublishBatchRequestEntries: [{ Id: '1', Message: 'x' }],
        }),
      ),
  },
});

const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/jobs';

/** JSON 1.0 with `x-amzn-query-mode`, which tells the server to name its errors as the Query protocol did. */
const sqs = vendor<{ readonly client: Sqs.SQSClient; readonly sdk: typeof Sqs }>({
  folder: 'aws',
  sdk: '@aws-sdk/client-sqs',
  open: async () => {
    const sdk = await import('@aws-sdk/client-sqs');
    return { sdk, client: new sdk.SQSClient(AWS) };
  },
  calls: {
    'hit-sqs-send': ({ client, sdk }) => client.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody: 'run' })),
    'hit-sqs-send-batch': ({ client, sdk }) =>
      client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'run' }] })),
    'hit-sqs-receive': ({ client, sdk }) => client.send(new sdk.ReceiveMessageCommand({ QueueUrl })),
    'hit-sqs-delete': ({ client, sdk }) => client.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'r' })),
    'hit-sqs-purge': ({ client, sdk }) => client.send(new sdk.PurgeQueueCommand({ QueueUrl })),
    'hit-sqs-create-queue': ({ client, sdk }) => client.send(new sdk.CreateQueueCommand({ QueueName: 'jobs' })),
    'hit-sqs-delete-queue': ({ client, sdk }) => client.send(new sdk.DeleteQueueCommand({ QueueUrl })),
    'hit-sqs-policy': ({ client, sdk }) =>
      client.send(new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '{"Statement":[]}' } })),
    'hit-sqs-add-permission': ({ client, sdk }) =>
      client.send(
        new sdk.AddPermissionCommand({ QueueUrl, Label: 'l', AWSAccountIds: ['210987654321'], Actions: ['SendMessage'] }),
      ),
    'hit-sqs-list-queues': ({ client, sdk }) => client.send(new sdk.ListQueuesCommand({})),
  },
});

const route53 = vendor<{ readonly client: Route53.Route53Client; readonly sdk: typeof Route53 }>({
  folder: 'route53',
  sdk: '@aws-sdk/client-route-53',
  open: async () => {
    const sdk = await import('@aws-sdk/client-route-53');
    return { sdk, client: new sdk.Route53Client(AWS) };
  },
  answer: () => XML,
  calls: {
    'hit-upsert': ({ client, sdk }) =>
      client.send(
        new sdk.ChangeResourceRecordSetsCommand({
          HostedZoneId: 'Z1ABC',
          ChangeBatch: {
            Changes: [
              {
                Action: 'UPSERT',
                ResourceRecordSet: {
                  Name: 'www.example.com',
                  Type: 'A',
                  TTL: 300,
                  ResourceRecords: [{ Value: '192.0.2.1' }],
                },
              },
            ],
          },
        }),
      ),
    'hit-create-and-delete': ({ client, sdk }) =>
      client.send(
        new sdk.ChangeResourceRecordSetsCommand({
          HostedZoneId: 'Z1ABC',
          ChangeBatch: {
            Comment: 'c',
            Changes: [
              { Action: 'CREATE', ResourceRecordSet: { Name: 'a.example.com.', Type: 'TXT' } },
              { Action: 'DELETE', ResourceRecordSet: { Name: 'example.com', Type: 'MX' } },
            ],
          },
        }),
      ),
  },
});

const zone_id = '0123456789abcdef0123456789abcdef';

const openCloudflare = async () => {
  const { Cloudflare: Client } = await import('cloudflare');
  return new Client({ apiToken: 'token', maxRetries: 0 });
};

const dns = vendor<Cloudflare>({
  folder: 'cloudflare-dns',
  sdk: 'cloudflare',
  open: openCloudflare,
  calls: {
    'hit-create': (c) =>
      c.dns.records.create(given({ zone_id, name: 'www.example.com', type: 'A', content: '192.0.2.1', ttl: 1 })),
    'hit-update': (c) => c.dns.records.update('1', given({ zone_id, name: 'example.com', type: 'MX', content: 'm' })),
    'hit-patch': (c) => c.dns.records.edit('1', given({ zone_id, content: '192.0.2.1' })),
    'hit-delete': (c) => c.dns.records.delete('1', { zone_id }),
    'hit-batch': (c) =>
      c.dns.records.batch(
        given({
          zone_id,
          posts: [{ name: 'a.example.com', type: 'TXT', content: 'x' }],
          deletes: [{ id: '1' }],
          patches: [],
          puts: [],
        }),
      ),
  },
});

const cloudflare = vendor<Cloudflare>({
  folder: 'cloudflare',
  sdk: 'cloudflare',
  open: openCloudflare,
  calls: { 'hit-purge-cache': (c) => c.cache.purge(given({ zone_id, purge_everything: true })) },
});

export const cloudVendors: readonly Vendor[] = [ec2, sqs, sns, route53, dns, cloudflare];
