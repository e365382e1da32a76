// tools.yaml in a bundle that serves: what a call is, and how it is judged, is of one load; a broken one changes nothing.

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createJudge } from '../../src/decide/judge-engine.ts';
import { bundleFolder, directoryOf, members, policy, principal } from '../decide/bundle-fixture.ts';

const POLICIES =
  policy('call', 'permit (principal, action == Action::"llm.tool-call", resource) when { context.inspected };') +
  policy('refund', 'forbid (principal, action == Action::"payment.refund", resource) when { context.amountKnown };');

test('a bundle with, without and with a broken tools.yaml', async () => {
  using folder = bundleFolder(POLICIES);
  folder.write('schema.cedarschema', readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8'));
  const judge = await createJudge({ policiesDir: folder.path, directory: directoryOf(members()) });
  const call = {
    tool: 'refund',
    api: 'openai-chat',
    scheme: 'https',
    authority: { host: 'api.openai.com', port: 443 },
    model: 'gpt-5',
    arguments: Buffer.from('{"cents":500}'),
    form: 'json',
    sure: true,
  } as const;
  const judged = () => {
    const actions = judge.actionsOf(call);
    return [...actions.map(({ name }) => name), judge.judge(principal(), actions).policies.join()];
  };
  assert.equal(judge.judgesCalls, true);
  assert.deepEqual(judged(), ['llm.tool-call', 'call']);

  folder.write('tools.yaml', 'refund: { action: payment.refund, amountMinor: cents }\n');
  assert.deepEqual(await judge.reload(), { changed: true });
  assert.deepEqual(judged(), ['llm.tool-call', 'payment.refund', 'call,refund']);

  folder.write('tools.yaml', 'refund: { action: payment.refund, amountMinor: cents, sum: cents }\n');
  await assert.rejects(judge.reload(), /tools\.yaml:1:55: error: unknown key `sum`/);
  assert.deepEqual(judged(), ['llm.tool-call', 'payment.refund', 'call,refund']);

  rmSync(join(folder.path, 'tools.yaml'));
  assert.deepEqual(await judge.reload(), { changed: true });
  assert.deepEqual(judged(), ['llm.tool-call', 'call']);
});
