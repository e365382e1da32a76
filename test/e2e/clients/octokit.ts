// The real GitHub SDK: one request, told by `{ route, parameters }`.

import { Octokit } from '@octokit/rest';
import { input, report } from './report.ts';

await report(async () => {
  const { route = 'GET /', parameters = {}, token = '' } = input();
  const octokit = new Octokit({ auth: String(token), log: { debug() {}, info() {}, warn() {}, error() {} } });
  const response = await octokit.request(
    String(route),
    typeof parameters === 'object' && parameters !== null ? { ...parameters } : {},
  );
  const data: unknown = response.data;
  return { status: response.status, data };
});
