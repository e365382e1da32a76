// Node's fetch: `{ url, method, headers, body }` in, status, headers and text out.

import { input, report } from './report.ts';

await report(async () => {
  const { url = '', method = 'GET', headers = {}, body } = input();
  const response = await fetch(String(url), {
    method: String(method),
    headers: typeof headers === 'object' && headers !== null ? { ...headers } : {},
    ...(body === undefined ? {} : { body: String(body) }),
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
});
