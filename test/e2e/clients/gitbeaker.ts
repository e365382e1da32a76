// The real GitLab SDK: one call, told by `{ resource, method, args }`; `host` for a call that goes there directly.

import { Gitlab } from '@gitbeaker/rest';
import { input, report } from './report.ts';

await report(async () => {
  const { host = 'https://gitlab.com', resource = '', method = '', args = [], token = '' } = input();
  const client: object = new Gitlab({ host: String(host), token: String(token) });
  const api: unknown = Reflect.get(client, String(resource));
  const call: unknown = typeof api === 'object' && api !== null ? Reflect.get(api, String(method)) : undefined;
  if (typeof call !== 'function') throw new Error(`the SDK has no ${String(resource)}.${String(method)}`);
  const said: unknown = await Reflect.apply(call, api, Array.isArray(args) ? args : []);
  return { said };
});
