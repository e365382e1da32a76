// AWS calls: what head and body say of service, region and operation, and every way in which they may disagree.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AwsOperation, awsHead, awsOperation } from '../../src/classify/aws-call.ts';
import { recognise } from '../../src/classify/registry.ts';
import { requestView } from '../support/request-view.ts';

const EC2 = 'ec2.us-east-1.amazonaws.com';
const FORM = ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'];

function signed(service: string, region = 'us-east-1'): string[] {
  return [
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  ];
}

function operation(method: string, target: string, headers: readonly string[], body = '', host = EC2): AwsOperation {
  const request = requestView(method, target, { host, headers });
  const head = awsHead(request);
  assert.ok(head);
  return awsOperation(request, head, { bytes: Buffer.from(body), problem: null });
}

test('an unsigned request elsewhere is no AWS call', () => {
  assert.equal(awsHead(requestView('POST', '/', { host: 'api.example.com', headers: FORM })), null);
});

test('a signature names service and region behind any host', () => {
  const head = awsHead(requestView('PUT', '/b/k', { host: 'store.example.com', headers: signed('s3', 'eu-west-1') }));
  assert.deepEqual([head?.service, head?.region, head?.onAwsHost, head?.problem], ['s3', 'eu-west-1', false, null]);
});

test('SigV4A and presigned queries are signatures too', () => {
  const v4a = [
    'Authorization',
    'AWS4-ECDSA-P256-SHA256 Credential=AKID/20261101/s3/aws4_request, SignedHeaders=host, Signature=0',
  ];
  const a = awsHead(requestView('PUT', '/b/k', { host: 'store.example.com', headers: v4a }));
  assert.deepEqual([a?.service, a?.region, a?.scope?.kind], ['s3', null, 'v4a']);
  const query =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20261101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0';
  const p = awsHead(requestView('PUT', `/b/k?${query}`, { host: 'store.example.com' }));
  assert.deepEqual([p?.service, p?.region, p?.scope?.kind], ['s3', 'us-east-1', 'presigned']);
});

test('a signature for another program than AWS itself is left to others', () => {
  assert.equal(awsHead(requestView('POST', '/x', { host: 'api.example.com', headers: signed('execute-api') })), null);
  const host = 'search-x.us-east-1.es.amazonaws.com';
  assert.equal(awsHead(requestView('POST', '/_bulk', { host, headers: signed('es') })), null);
});

test('Query calls: form, GET, and both agreeing', () => {
  const body = 'Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-0abc';
  const form = operation('POST', '/', [...FORM, ...signed('ec2')], body);
  assert.deepEqual([form.name, form.version, form.problem], ['TerminateInstances', '2016-11-15', null]);
  const get = operation('GET', `/?${body}`, signed('ec2'));
  assert.deepEqual([get.name, get.problem], ['TerminateInstances', null]);
});

test('JSON and CBOR calls name their operation in the head', () => {
  const host = 'sqs.us-east-1.amazonaws.com';
  const headers = ['Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target', 'AmazonSQS.SendMessage', ...signed('sqs')];
  assert.deepEqual(operation('POST', '/', headers, '{}', host), {
    name: 'SendMessage',
    version: null,
    fields: [],
    problem: null,
  });
  const path = '/service/GraniteServiceVersion20100801/operation/DeleteAlarms';
  const cbor = operation(
    'POST',
    path,
    ['smithy-protocol', 'rpc-v2-cbor', ...signed('monitoring')],
    '',
    'monitoring.us-east-1.amazonaws.com',
  );
  assert.deepEqual([cbor.name, cbor.problem], ['DeleteAlarms', null]);
});

const UNSURE: readonly (readonly [name: string, target: string, headers: readonly string[], body: string])[] = [
  ['another service in the scope', '/', [...FORM, ...signed('iam')], 'Action=DescribeInstances'],
  ['another region in the scope', '/', [...FORM, ...signed('ec2', 'eu-west-1')], 'Action=DescribeInstances'],
  ['two signatures', '/', [...FORM, ...signed('ec2'), ...signed('ec2')], 'Action=DescribeInstances'],
  ['two actions', '/', [...FORM, ...signed('ec2')], 'Action=DescribeInstances&Action=TerminateInstances'],
  ['an action in the query and another in the body', '/?Action=DescribeInstances', FORM, 'Action=TerminateInstances'],
  ['an action in another case', '/', FORM, 'Action=DescribeInstances&action=TerminateInstances'],
  ['an encoded name', '/?%41ction=TerminateInstances', FORM, 'Action=DescribeInstances'],
  ['a target beside a form', '/', [...FORM, 'X-Amz-Target', 'AmazonEC2.DescribeInstances'], 'Action=TerminateInstances'],
  ["another service's target", '/', ['X-Amz-Target', 'TrentService.ListKeys', ...signed('ec2')], '{}'],
  ['no action', '/', FORM, ''],
  [
    'a scope that is none',
    '/',
    [...FORM, 'Authorization', 'AWS4-HMAC-SHA256 Credential=x, Signature=0'],
    'Action=DescribeInstances',
  ],
];
for (const [name, target, headers, body] of UNSURE)
  test(`${name} is a problem`, () => {
    const request = requestView('POST', target, { host: EC2, headers });
    const head = awsHead(request);
    assert.ok(head);
    const { problem } = awsOperation(request, head, { bytes: Buffer.from(body), problem: null });
    assert.notEqual(head.problem ?? problem, null);
  });

test('S3 reads neither a target nor an action', () => {
  const request = requestView('PUT', '/k?Action=x', {
    host: 'b.s3.us-east-1.amazonaws.com',
    headers: [...FORM, 'X-Amz-Target', 'A.B'],
  });
  const head = awsHead(request);
  assert.deepEqual([head?.protocol, head?.hostPrefix, head?.problem], ['rest', 'b', null]);
});

test('an operation that is named where a REST service goes by method and path is a problem, and never a read', () => {
  const lambda = 'lambda.us-east-1.amazonaws.com';
  const cases: readonly (readonly [method: string, target: string, headers: readonly string[]])[] = [
    ['DELETE', '/2015-03-31/functions/f', ['X-Amz-Target', 'AWSLambda.ListFunctions']],
    ['DELETE', '/2015-03-31/functions/f?Action=ListFunctions&Version=2015-03-31', []],
    ['DELETE', '/service/x/operation/ListFunctions', []],
    ['POST', '/2015-03-31/functions/f/invocations', ['X-Amz-Target', 'AWSLambda.ListFunctions']],
    ['DELETE', '/?Action=ListFunctions', []],
  ];
  for (const [method, target, headers] of cases) {
    const request = requestView(method, target, { host: lambda, headers, hasBody: false });
    const actions = recognise(request).classify({ bytes: Buffer.alloc(0), problem: null }).actions;
    assert.deepEqual(
      actions.map(({ name, facts }) => [name, facts['inspected']]),
      [['cloud.unknown-write', false]],
      `${method} ${target}`,
    );
  }
});
