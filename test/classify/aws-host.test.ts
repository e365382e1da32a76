// Names of AWS's endpoints: service ids, regions, and what under the same suffixes is a customer's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awsHost } from '../../src/classify/aws-host.ts';

const KNOWN: readonly (readonly [host: string, service: string | null, region: string | null, prefix?: string])[] = [
  ['ec2.us-east-1.amazonaws.com', 'ec2', 'us-east-1'],
  ['ec2-fips.us-gov-west-1.amazonaws.com', 'ec2', 'us-gov-west-1'],
  ['ec2.eu-central-1.api.aws', 'ec2', 'eu-central-1'],
  ['ec2.cn-north-1.amazonaws.com.cn', 'ec2', 'cn-north-1'],
  ['dynamodb.cn-north-1.api.amazonwebservices.com.cn', 'dynamodb', 'cn-north-1'],
  ['iam.amazonaws.com', 'iam', null],
  ['email.us-east-1.amazonaws.com', 'ses', 'us-east-1'],
  ['email-fips.us-east-1.amazonaws.com', 'ses', 'us-east-1'],
  ['us-west-2.queue.amazonaws.com', 'sqs', 'us-west-2'],
  ['sqs.us-west-2.amazonaws.com', 'sqs', 'us-west-2'],
  ['123456789012.ddb.us-east-1.amazonaws.com', 'dynamodb', 'us-east-1', '123456789012'],
  ['streams.dynamodb.us-east-1.amazonaws.com', 'dynamodb', 'us-east-1', 'streams'],
  ['bedrock-runtime.us-east-1.amazonaws.com', 'bedrock', 'us-east-1'],
  ['api.ecr.us-east-1.amazonaws.com', 'ecr', 'us-east-1', 'api'],
  ['s3.amazonaws.com', 's3', null],
  ['s3-us-west-2.amazonaws.com', 's3', 'us-west-2'],
  ['my.bucket.s3-us-west-2.amazonaws.com', 's3', 'us-west-2', 'my.bucket'],
  ['b.s3.dualstack.eu-west-1.amazonaws.com', 's3', 'eu-west-1', 'b'],
  ['b.s3-fips.us-east-1.amazonaws.com', 's3', 'us-east-1', 'b'],
  ['b.s3-accelerate.amazonaws.com', 's3', null, 'b'],
  ['b.s3-accelerate.dualstack.amazonaws.com', 's3', null, 'b'],
  ['ap-1234.s3-accesspoint.us-east-1.amazonaws.com', 's3', 'us-east-1', 'ap-1234'],
  ['b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com', 's3express', 'us-east-1', 'b--use1-az4--x-s3'],
  // A bucket may be called what it likes.
  ['dualstack.s3.us-east-1.amazonaws.com', 's3', 'us-east-1', 'dualstack'],
  ['dkr.s3.us-east-1.amazonaws.com', 's3', 'us-east-1', 'dkr'],
  ['us-west-2.s3.us-east-1.amazonaws.com', 's3', 'us-east-1', 'us-west-2'],
  ['elb.s3.us-east-1.amazonaws.com', 's3', 'us-east-1', 'elb'],
  ['es.us-east-1.amazonaws.com', 'es', 'us-east-1'],
  ['eks.us-east-1.amazonaws.com', 'eks', 'us-east-1'],
];

for (const [host, service, region, prefix = ''] of KNOWN)
  test(host, () => assert.deepEqual(awsHost(host), { service, region, prefix }));

for (const host of [
  'search-x.us-east-1.es.amazonaws.com',
  'abc.gr7.us-east-1.eks.amazonaws.com',
  'x.execute-api.us-east-1.amazonaws.com',
  'ec2-1-2-3-4.us-east-2.compute.amazonaws.com',
  'b.s3-website-us-east-1.amazonaws.com',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com',
  'git-codecommit.us-east-1.amazonaws.com',
  'evilamazonaws.com',
  'amazonaws.com.evil.example',
])
  test(`${host} is no AWS API`, () => assert.equal(awsHost(host), null));
