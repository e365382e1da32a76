// Amazon S3: objects, uploads in parts, and what says who may do what with a bucket.

import type * as S3 from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { AWS } from './aws-client.ts';
import { vendor } from './vendor.ts';

const logs = { Bucket: 'logs' };
const accessPoint = { Bucket: 'arn:aws:s3:us-east-1:123456789012:accesspoint/ap' };
/** What makes a bucket, or one object, everybody's. */
const forAll = {
  AccessControlPolicy: {
    Owner: { ID: 'o' },
    Grants: [
      {
        Grantee: { Type: 'Group' as const, URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
        Permission: 'READ' as const,
      },
    ],
  },
};
const big = { ...logs, Key: 'big.bin', UploadId: 'U1' };

export const s3Vendor = vendor<{ readonly client: S3.S3Client; readonly sdk: typeof S3 }>({
  folder: 's3',
  sdk: '@aws-sdk/client-s3',
  open: async () => {
    const sdk = await import('@aws-sdk/client-s3');
    return { sdk, client: new sdk.S3Client(AWS) };
  },
  answer: () => ({ headers: { 'Content-Type': 'text/xml' }, body: '<Answer/>' }),
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
    'hit-put-object-public': ({ client, sdk }) =>
      client.send(new sdk.PutObjectCommand({ ...logs, Key: 'a', Body: 'x', ACL: 'public-read' })),
    'hit-put-object-access-point': ({ client, sdk }) =>
      client.send(new sdk.PutObjectCommand({ ...accessPoint, Key: 'a', Body: 'x' })),
    'hit-delete-object-version': ({ client, sdk }) =>
      client.send(new sdk.DeleteObjectCommand({ ...logs, Key: 'a', VersionId: 'v1' })),
    'hit-multipart-part-copy': ({ client, sdk }) =>
      client.send(new sdk.UploadPartCopyCommand({ ...big, PartNumber: 2, CopySource: 'private/c' })),
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
    'hit-object-acl': ({ client, sdk }) => client.send(new sdk.PutObjectAclCommand({ ...logs, Key: 'a', ...forAll })),
    'hit-bucket-acl-public': ({ client, sdk }) => client.send(new sdk.PutBucketAclCommand({ ...logs, ...forAll })),
    'hit-bucket-policy-public': ({ client, sdk }) =>
      client.send(
        new sdk.PutBucketPolicyCommand({
          ...logs,
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/*' }],
          }),
        }),
      ),
    'hit-bucket-cors': ({ client, sdk }) =>
      client.send(
        new sdk.PutBucketCorsCommand({
          ...logs,
          CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
        }),
      ),
    'hit-bucket-lifecycle': ({ client, sdk }) =>
      client.send(
        new sdk.PutBucketLifecycleConfigurationCommand({
          ...logs,
          LifecycleConfiguration: { Rules: [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }] },
        }),
      ),
    'hit-bucket-replication': ({ client, sdk }) =>
      client.send(
        new sdk.PutBucketReplicationCommand({
          ...logs,
          ReplicationConfiguration: {
            Role: 'arn:aws:iam::123456789012:role/r',
            Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }],
          },
        }),
      ),
    'hit-bucket-inventory': ({ client, sdk }) =>
      client.send(
        new sdk.PutBucketInventoryConfigurationCommand({
          ...logs,
          Id: 'x',
          InventoryConfiguration: {
            Id: 'x',
            IsEnabled: true,
            IncludedObjectVersions: 'Current',
            Schedule: { Frequency: 'Daily' },
            Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::elsewhere', Format: 'CSV' } },
          },
        }),
      ),
    'hit-bucket-notification': ({ client, sdk }) =>
      client.send(
        new sdk.PutBucketNotificationConfigurationCommand({
          ...logs,
          NotificationConfiguration: {
            TopicConfigurations: [{ TopicArn: 'arn:aws:sns:us-east-1:123456789012:t', Events: ['s3:ObjectCreated:*'] }],
          },
        }),
      ),
    'hit-bucket-website': ({ client, sdk }) =>
      client.send(
        new sdk.PutBucketWebsiteCommand({ ...logs, WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } } }),
      ),
    'hit-delete-public-access-block': ({ client, sdk }) => client.send(new sdk.DeletePublicAccessBlockCommand(logs)),
    'hit-delete-bucket-policy': ({ client, sdk }) => client.send(new sdk.DeleteBucketPolicyCommand(logs)),
    'hit-create-bucket': ({ client, sdk }) =>
      client.send(new sdk.CreateBucketCommand({ ...logs, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })),
    'hit-delete-bucket': ({ client, sdk }) => client.send(new sdk.DeleteBucketCommand(logs)),
  },
});
