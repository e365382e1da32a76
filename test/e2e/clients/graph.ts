// The real Microsoft Graph client: the calls that the argument names as path and body, each told by itself.

import { Client } from '@microsoft/microsoft-graph-client';
import { reportEach } from './calls.ts';

const client = Client.init({ authProvider: (done) => done(null, 'eyJ.interlock-test') });

await reportEach(async (path, body) => ({ data: await client.api(path).post(body) }));
