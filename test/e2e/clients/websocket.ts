// The npm package ws with a proxy agent (it ignores the proxy variables by itself): says `messages`, collects the answers.

import { HttpsProxyAgent } from 'https-proxy-agent';
import { WebSocket } from 'ws';
import { input, report } from './report.ts';

await report(() => {
  const { url = '', messages = [] } = input();
  const waiting = Array.isArray(messages) ? messages.map(String) : [];
  const socket = new WebSocket(String(url), { agent: new HttpsProxyAgent(process.env['HTTPS_PROXY'] ?? '') });
  const answers: string[] = [];
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const message = waiting.shift();
      if (message === undefined) socket.close(1000, 'done');
      else socket.send(message);
    };
    socket.on('open', next);
    socket.on('message', (data) => {
      answers.push(String(data));
      next();
    });
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ refused: response.statusCode, body: Buffer.concat(chunks).toString('utf8') }));
    });
    socket.on('close', (code) => resolve({ answers, code, extensions: socket.extensions }));
    socket.on('error', reject);
  });
});
