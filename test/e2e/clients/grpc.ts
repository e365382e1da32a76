// The real gRPC client: calls `{ target, call }` and says messages, trailers and status. It reads the proxy variables itself.

import { readFileSync } from 'node:fs';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { input, report } from './report.ts';

const { target = '', call = 'say', messages = ['a', 'b'] } = input();
const root = readFileSync(process.env['NODE_EXTRA_CA_CERTS'] ?? '');
const client = new Client(String(target), credentials.createSsl(root));
const toBytes = (message: string): Buffer => Buffer.from(message, 'utf8');
const toText = (bytes: Buffer): string => bytes.toString('utf8');

await report(() => (call === 'chat' ? chat() : unary(call === 'fail' ? 'Fail' : 'Say')));

function unary(name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let said: string | undefined;
    const done = (error: ServiceError | null, value?: string): void => {
      said = value;
      if (error !== null) reject(error);
    };
    const open = client.makeUnaryRequest(`/interlock.test.Echo/${name}`, toBytes, toText, 'hello', new Metadata(), done);
    // Comes after the answer, with the trailers.
    open.on('status', (status) => resolve({ value: said, trailer: status.metadata.getMap() }));
  });
}

/** Each message is sent only when the one before came back: a proxy that buffers either way would hang here. */
function chat(): Promise<unknown> {
  const open = client.makeBidiStreamRequest('/interlock.test.Echo/Chat', toBytes, toText, new Metadata());
  const waiting = Array.isArray(messages) ? messages.map(String) : [];
  const answers: string[] = [];
  const next = (): void => {
    const message = waiting.shift();
    if (message === undefined) open.end();
    else open.write(message);
  };
  return new Promise((resolve, reject) => {
    open.on('data', (answer: string) => {
      answers.push(answer);
      next();
    });
    open.on('error', reject);
    open.on('status', (status) => resolve({ answers, code: status.code }));
    next();
  });
}
