// AWS operation names: what is surely a read, and what only sounds like one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readdirSync } from 'node:fs';
import { awsVerb } from '../../../src/providers/cloud/aws-verb.ts';
import { queryParameters } from '../../../src/providers/cloud/aws-targets.ts';
import { readPairs } from '../../../src/classify/form.ts';

for (const [service, operation, verb] of [
  ['ec2', 'DescribeInstances', 'read'],
  ['ec2', 'GetConsoleOutput', 'read'],
  ['ec2', 'GetPasswordData', 'secret'],
  ['iam', 'ListAccessKeys', 'read'],
  ['secretsmanager', 'DescribeSecret', 'read'],
  ['secretsmanager', 'BatchGetSecretValue', 'secret'],
  ['secretsmanager', 'GetRandomPassword', 'read'],
  ['ssm', 'GetParametersByPath', 'secret'],
  ['ecr', 'GetAuthorizationToken', 'access'],
  ['redshift', 'GetClusterCredentials', 'access'],
  ['cognito-identity', 'GetCredentialsForIdentity', 'access'],
  ['lightsail', 'GetInstanceAccessDetails', 'secret'],
  ['iam', 'DeleteUser', 'access'],
  ['kms', 'Decrypt', 'secret'],
  ['kms', 'CreateGrant', 'access'],
  ['autoscaling', 'PutScalingPolicy', 'change'],
  ['ec2', 'RevokeSecurityGroupIngress', 'access'],
  ['ec2', 'Getaway', 'unknown-write'],
  ['logs', 'GetLogEvents', 'read'],
  ['logs', 'FilterLogEvents', 'read'],
  ['logs', 'StartQuery', 'change'],
  ['logs', 'PutRetentionPolicy', 'delete'],
  ['logs', 'PutSubscriptionFilter', 'access'],
  ['x', 'constructor', 'unknown-write'],
] as const)
  test(`${service}:${operation} is ${verb}`, () => assert.equal(awsVerb(service, operation), verb));

/** The SDK's own list of EC2's operations: a read must be one that AWS documents without an effect. */
test('no operation of EC2 that changes something is a read', () => {
  const commands = readdirSync(
    new URL('../../node_modules/@aws-sdk/client-ec2/dist-types/commands/', `file://${import.meta.dirname}/`),
  )
    .filter((file) => file.endsWith('Command.d.ts'))
    .map((file) => file.slice(0, -'Command.d.ts'.length));
  assert.ok(commands.length > 500);
  const verbs = commands.map((name) => awsVerb('ec2', name));
  assert.ok(commands.every((name, i) => verbs[i] !== 'read' || /^(Describe|Get|List)/.test(name)));
  const unknown = commands.filter((_, i) => verbs[i] === 'unknown-write');
  assert.ok(unknown.length < commands.length / 50, unknown.join(' '));
});

const parameters = (query: string) => queryParameters(readPairs(query).fields);

test('targets are told by any list index, and two values of one are not read', () => {
  assert.deepEqual(parameters('InstanceId.1=a&InstanceId.2=b&Filter.1.Name=c&ClientToken=d')?.targets, ['a', 'b']);
  assert.deepEqual(parameters('Names.member.1=a')?.targets, ['a']);
  assert.equal(parameters('InstanceId.1=a&InstanceId.01=b'), null);
  assert.equal(parameters('VolumeId=a&volumeid=b'), null);
});

test('a dry run is one only in EC2s own words', () => {
  assert.equal(parameters('DryRun=true')?.dryRun, true);
  for (const query of ['DryRun=TRUE', 'DryRun=1', 'dryrun=true', 'DryRun=false'])
    assert.equal(parameters(query)?.dryRun, false, query);
});
