// The npm package eventsource over Node's fetch: collects `{ url, count }` events with the time each took to arrive.

import { EventSource } from 'eventsource';
import { input, report } from './report.ts';

await report(() => {
  const { url = '', count = 3 } = input();
  const source = new EventSource(String(url));
  const events: { readonly data: unknown; readonly delayMs: number }[] = [];
  return new Promise((resolve, reject) => {
    source.addEventListener('message', (event) => {
      const data: unknown = JSON.parse(String(event.data));
      const sentAt = typeof data === 'object' && data !== null ? Number(Reflect.get(data, 'sentAt')) : 0;
      events.push({ data, delayMs: Date.now() - sentAt });
      if (events.length < Number(count)) return;
      source.close();
      resolve({ events });
    });
    source.addEventListener('error', (event) => {
      source.close();
      reject(Object.assign(new Error(event.message ?? 'the stream ended'), { status: event.code }));
    });
  });
});
