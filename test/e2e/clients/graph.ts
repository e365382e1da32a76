// The real Microsoft Graph client: the calls that the argument names as path and body, each told by itself.

import { Client } from '@microsoft/microsoft-graph-client';
import { input, outcome, report } from './report.ts';

const { calls = [] } = input();
const client = Client.init({ authProvider: (done) => done(null, 'eyJ.interlock-test') });

await report(async () => {
  const said: unknown[] = [];
  for (const [path, body] of calls as readonly (readonly [string, unknown])[])
    said.push(await outcome(async () => ({ data: await client.api(path).post(body) })));
  return { said };
});
