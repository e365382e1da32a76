// libSQL's own Hrana client on a WebSocket that goes through the proxy: each text by itself, or stored first and run by its id.

import { WsClient } from '@libsql/hrana-client';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { WebSocket } from 'ws';
import { input, outcome, report } from './report.ts';

await report(async () => {
  const { url = '', texts = [], stored = [] } = input();
  const agent = new HttpsProxyAgent(process.env['HTTPS_PROXY'] ?? '');
  const client = new WsClient(new WebSocket(String(url), ['hrana2', 'hrana1'], { agent }), 'jwt_dummy');
  const version = await client.getVersion();
  const stream = client.openStream();
  const said: unknown[] = [];
  for (const text of Array.isArray(texts) ? texts : [])
    said.push(await outcome(async () => ({ affected: (await stream.run(String(text))).affectedRowCount })));
  for (const text of Array.isArray(stored) ? stored : [])
    said.push(await outcome(async () => ({ affected: (await stream.run(client.storeSql(String(text)))).affectedRowCount })));
  client.close();
  return { version, said };
});
