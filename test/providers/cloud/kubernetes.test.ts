// Kubernetes: a refusal that its clients print, a path grammar that leaves other APIs alone, and reads that no evasion makes of writes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import { kubernetes } from '../../../src/providers/cloud/kubernetes.ts';
import { kubernetesPath } from '../../../src/providers/cloud/kubernetes-path.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { requestView } from '../../support/request-view.ts';

test('a refusal is a Status', () => {
  const answer = kubernetes.refuse(requestView('DELETE', '/api/v1/nodes/n1'), REFUSAL, NO_BODY);
  const status = JSON.parse(answer.body.toString());
  assert.equal(answer.status, 403);
  assert.deepEqual([status.kind, status.status, status.reason, status.code], ['Status', 'Failure', 'Forbidden', 403]);
  assert.match(status.message, /policy refund-large/);
});

test('other APIs below /api/v1 are not its', () => {
  for (const path of ['api/v1/statuses', 'api/v1/repos/a/b', 'api/v1', 'api/v2/pods', 'apis/x/v1/pods', 'apis/apps/pods'])
    assert.equal(kubernetesPath(path.split('/')), null, path);
});

test('never throws, and a way in is always told as one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'PATCH'),
      fc.constantFrom('exec', 'attach', 'portforward', 'proxy'),
      fc.webPath(),
      (method, sub, tail) => {
        const target = `/api/v1/namespaces/prod/pods/web/${sub}${tail.replaceAll(/\/\.{1,2}(?=\/|$)|[^ -~]|%/g, '')}`;
        const request = requestView(method, target.replace(/\/\.+(?=\/|$)/g, ''), { hasBody: false });
        const [action] = kubernetes.recognise(request)?.classify(NO_BODY, { find: () => undefined }) ?? [];
        assert.equal(action?.name, 'cloud.execute', target);
      },
    ),
  );
});
