// The npm package eventsource over Node's fetch: collects `count` events of `url`, and asks for `heard` at each but the last.

import { EventSource } from 'eventsource';
import { input, report } from './report.ts';

await report(() => {
  const { url = '', heard = '', count = 3 } = input();
  const source = new EventSource(String(url));
  const events: unknown[] = [];
  return new Promise((resolve, reject) => {
    source.addEventListener('message', (event) => {
      events.push(JSON.parse(String(event.data)));
      if (events.length < Number(count)) return void fetch(String(heard)).catch(reject);
      source.close();
      resolve({ events });
    });
    source.addEventListener('error', (event) => {
      source.close();
      reject(Object.assign(new Error(event.message ?? 'the stream ended'), { status: event.code }));
    });
  });
});
