// What an agent's programs are told: the proxy for every scheme, no exceptions, and the CA where each of them looks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AgentAccess, agentEnvironment, agentVariables } from '../../src/cli/agent-variables.ts';

const ACCESS: AgentAccess = {
  agent: 'bot',
  session: 's1',
  username: 'bot~s1',
  token: 'to/k@n',
  proxyUrl: 'http://127.0.0.1:8080',
  caFile: '/certs/ca.pem',
  caBundleFile: '/data/bundle.pem',
};

test('every spelling of the proxy variables names the proxy with its credentials, escaped', () => {
  const variables = new Map(agentVariables(ACCESS));
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) {
    assert.equal(variables.get(name), 'http://bot~s1:to%2Fk%40n@127.0.0.1:8080', name);
  }
  assert.equal(variables.get('NODE_USE_ENV_PROXY'), '1');
});

test('roots are replaced by the bundle, or added to by the CA alone', () => {
  const variables = new Map(agentVariables(ACCESS));
  for (const name of ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'GIT_SSL_CAINFO'])
    assert.equal(variables.get(name), '/data/bundle.pem', name);
  assert.equal(variables.get('NODE_EXTRA_CA_CERTS'), '/certs/ca.pem');
});

test('an inherited exception is no way around the proxy', () => {
  const env = agentEnvironment({ NO_PROXY: '*', no_proxy: '*', no_grpc_proxy: '*', PATH: '/bin' }, agentVariables(ACCESS));
  assert.deepEqual([env['NO_PROXY'], env['no_proxy'], env['no_grpc_proxy'], env['PATH']], ['', '', '', '/bin']);
});

test("an approver's token is not handed to the agent", () => {
  const env = agentEnvironment({ INTERLOCK_TOKEN: 'approver' }, agentVariables(ACCESS));
  assert.equal('INTERLOCK_TOKEN' in env, false);
});
