// Node's https module with its global agent: a request `{ url, method, body }`, with interim responses and trailers told.

import { request } from 'node:https';
import { input, report } from './report.ts';

await report(() => {
  const { url = '', method = 'GET', body, expect = false } = input();
  return new Promise((resolve, reject) => {
    const interim: number[] = [];
    const headers = expect === true ? { expect: '100-continue' } : {};
    const open = request(String(url), { method: String(method), headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          trailers: response.trailers,
          interim,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    open.on('information', (info) => interim.push(info.statusCode));
    open.on('error', reject);
    if (expect === true) {
      open.flushHeaders();
      open.on('continue', () => {
        interim.push(100);
        open.end(body === undefined ? undefined : String(body));
      });
    } else open.end(body === undefined ? undefined : String(body));
  });
});
