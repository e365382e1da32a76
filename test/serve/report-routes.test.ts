// /v1/reports: what was kept, in short and in full, as the document says; for operators alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openReportStore } from '../../src/rollout/report-store.ts';
import { replayReport } from '../rollout/replay-report.ts';
import { workplace } from '../rollout/whole-bundle.ts';
import { consoleDesk } from '../support/console-desk.ts';

test('a list of figures, each report in full, and 404 for one that is gone', async () => {
  await using stack = new AsyncDisposableStack();
  const reports = openReportStore(stack.use(workplace()).path);
  const id = reports.keep(replayReport({ flips: 4 }), './candidate');
  const console = stack.use(await consoleDesk({ reports }));
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  const get = (path: string) => console.askAs(token, 'GET', path);
  const { reports: listed } = (await get('/v1/reports')).read();
  assert.deepEqual(
    listed.map((one: Record<string, unknown>) => [one['id'], one['flips'], 'byAgent' in one]),
    [[id, 4, false]],
  );
  const full = (await get(`/v1/reports/${id}`)).read();
  assert.equal(full.report.byAgent[0].examples[0].agent, 'bot');
  const document = (await console.ask('GET', '/v1/openapi.json')).read();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const [path, answer] of [
    ['/v1/reports', { reports: listed }],
    ['/v1/reports/{id}', full],
  ] as const) {
    const { schema } = document.paths[path].get.responses['200'].content['application/json'];
    assert.ok(ajv.validate(schema, answer), ajv.errorsText());
  }
  assert.equal((await get('/v1/reports/r_20260101000000_00000000')).status, 404);
  assert.equal((await get('/v1/reports/..%2F..%2Fsecret')).status, 400);
  for (const path of ['/v1/reports', `/v1/reports/${id}`]) {
    assert.equal((await console.askAs(console.desk.tokens.fay, 'GET', path)).status, 403);
    assert.equal((await console.ask('GET', path)).status, 401);
  }
});
