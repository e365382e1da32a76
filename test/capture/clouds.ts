// AWS beside mail and databases, and Cloudflare.

import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Route53 from '@aws-sdk/client-route-53';
import type * as S3 from '@aws-sdk/client-s3';
import type * as Sns from '@aws-sdk/client-sns';
import { Readable } from 'node:stream';
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

const logs = { Bucket: 'logs' };
const big = { ...logs, Key: 'big.bin', UploadId: 'U1' };

const s3 = vendor<{ readonly client: S3.S3Client; readonly sdk: typeof S3 }>({
  folder: 's3',
  sdk: '@aws-sdk/client-s3',
  open: async () => {
    const sdk = await import('@aws-sdk/client-s3');
    return { sdk, client: new sdk.S3Client(AWS) };
  },
  answer: () => XML,
  calls: {
    'hit-put-object': ({ client, sdk }) =>
      client.send(new sdk.PutObjectCommand({ ...logs, Key: 'reports/2026.csv', Body: 'a,b\n1,2\n', ContentType: 'text/csv' })),
    'hit-put-object-aws-chunked': ({ client, sdk }) =>
      client.send(
        new sdk.PutObjectCommand({
          ...logs,
          Key: 'a.txt',
          Body: Readable.from([Buffer.from('hello world')]),
          ContentLength: 11,
        }),
      ),
    'hit-copy-object': ({ client, sdk }) =>
      client.send(new sdk.CopyObjectCommand({ ...logs, Key: 'copy', CopySource: '/private/secret%20plan.txt?versionId=1' })),
    'hit-delete-object': ({ client, sdk }) => client.send(new sdk.DeleteObjectCommand({ ...logs, Key: 'a b.txt' })),
    'hit-delete-objects': ({ client, sdk }) =>
      client.send(new sdk.DeleteObjectsCommand({ ...logs, Delete: { Objects: [{ Key: 'a' }, { Key: 'b&c' }] } })),
    'hit-multipart-start': ({ client, sdk }) => client.send(new sdk.CreateMultipartUploadCommand({ ...logs, Key: 'big.bin' })),
    'hit-multipart-part': ({ client, sdk }) => client.send(new sdk.UploadPartCommand({ ...big, PartNumber: 1, Body: 'part' })),
    'hit-multipart-complete': ({ client, sdk }) =>
      client.send(
        new sdk.CompleteMultipartUploadCommand({ ...big, MultipartUpload: { Parts: [{ ETag: '"e"', PartNumber: 1 }] } }),
      ),
    'hit-multipart-abort': ({ client, sdk }) => client.send(new sdk.AbortMultipartUploadCommand(big)),
    'hit-bucket-versioning': ({ client, sdk }) =>
      client.send(new sdk.PutBucketVersioningCommand({ ...logs, VersioningConfiguration: { Status: 'Suspended' } })),
    'hit-object-acl-canned': ({ client, sdk }) =>
      client.send(new sdk.PutObjectAclCommand({ ...logs, Key: 'a', ACL: 'public-read-write' })),
    'hit-create-bucket': ({ client, sdk }) =>
      client.send(new sdk.CreateBucketCommand({ ...logs, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })),
    'hit-delete-bucket': ({ client, sdk }) => client.send(new sdk.DeleteBucketCommand(logs)),
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

export const cloudVendors: readonly Vendor[] = [ec2, sns, route53, s3, dns, cloudflare];
