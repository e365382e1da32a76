// A message to interlock.internal through a real gateway's proxy, byte for byte as it is given, with whatever comes back.

import { request } from 'node:http';
import type { Login } from './interlock.ts';

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ReturnType<typeof JSON.parse>;
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function askGateway(login: Login, path: string, message: unknown, options: AskOptions = {}): Promise<Told> {
  const proxy = new URL(login.env['HTTPS_PROXY'] ?? '');
  const bytes = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  const credentials = Buffer.from(`${login.username}:${login.token}`).toString('base64');
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: proxy.hostname,
        port: proxy.port,
        method: options.method ?? 'POST',
        path: `http://interlock.internal${path}`,
        headers: {
          host: 'interlock.internal',
          'proxy-authorization': `Basic ${credentials}`,
          'content-type': 'application/json',
          'content-length': bytes.length,
          ...options.headers,
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const json = /json/.test(response.headers['content-type'] ?? '');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: json ? JSON.parse(text) : text });
        });
      },
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}
