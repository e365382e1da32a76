// Dry runs lower what a call comes to only in the server's own words: everything else runs (E32).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

function isDry(host: string, line: string, content = '', type = 'application/json', authorization = 'Bearer x'): boolean {
  const head = `${line} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\nContent-Type: ${type}\r\n\r\n`;
  const { view } = fixtureRequest(Buffer.from(head + content));
  const { actions } = recognise(view).classify({ bytes: Buffer.from(content), problem: null });
  assert.ok(actions.length > 0 && actions.every(({ name }) => name.startsWith('cloud.')), actions.map(({ name }) => name).join());
  return actions.some(({ facts }) => facts['dryRun'] === true);
}

test('Kubernetes: `dryRun=All`, once; a deletion is told by its body alone', () => {
  const pods = '/api/v1/namespaces/prod/pods';
  const create = (query: string): boolean => isDry('k8s.test', `POST ${pods}?${query}`, '{"kind":"Pod"}');
  assert.equal(create('dryRun=All'), true);
  for (const query of ['dryRun=all', 'dryrun=All', 'dryRun=', 'dryRun=All&dryRun=', 'dryRun=All&dryRun=All', 'dryRun[]=All'])
    assert.equal(create(query), false, query);
  const remove = (query: string, body: string): boolean => isDry('k8s.test', `DELETE ${pods}/web${query}`, body);
  assert.equal(remove('', '{"kind":"DeleteOptions","dryRun":["All"]}'), true);
  for (const body of ['{}', '{"dryRun":[]}', '{"dryRun":"All"}', '{"dryRun":["All","x"]}', '{"DryRun":["All"]}'])
    assert.equal(remove('?dryRun=All', body), false, body);
});

test('AWS: `DryRun=true` of EC2, and of nothing else', () => {
  const call = (service: string, query: string): boolean =>
    isDry(
      `${service}.us-east-1.amazonaws.com`,
      'POST /',
      query,
      'application/x-www-form-urlencoded',
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    );
  assert.equal(call('ec2', 'Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-1&DryRun=true'), true);
  assert.equal(call('ec2', 'Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-1&DryRun=TRUE'), false);
  assert.equal(call('rds', 'Action=DeleteDBInstance&Version=2014-10-31&DBInstanceIdentifier=d&DryRun=true'), false);
});
