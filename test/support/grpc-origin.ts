// A gRPC origin with one call of each streaming kind. Messages are bare strings, so no schema compiler is needed.

import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { MethodDefinition, ServerDuplexStream, ServerUnaryCall, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import type { Leaf } from './throwaway-ca.ts';

export interface GrpcOrigin extends AsyncDisposable {
  readonly port: number;
  readonly address: string;
  readonly calls: string[];
}

/** The service that client and origin share: `say` answers once, `chat` says each message back, `fail` ends with a status. */
export const ECHO_SERVICE: ServiceDefinition = {
  say: method('/interlock.test.Echo/Say', false),
  fail: method('/interlock.test.Echo/Fail', false),
  chat: method('/interlock.test.Echo/Chat', true),
};

export async function startGrpcOrigin(leaf: Leaf): Promise<GrpcOrigin> {
  const calls: string[] = [];
  const server = new Server();
  server.addService(ECHO_SERVICE, {
    say: (call: ServerUnaryCall<string, string>, done: sendUnaryData<string>) => {
      calls.push('say');
      const trailer = new Metadata();
      trailer.set('x-trailer', 'said');
      done(null, `you said ${call.request}`, trailer);
    },
    fail: (_call: ServerUnaryCall<string, string>, done: sendUnaryData<string>) => {
      calls.push('fail');
      done({ code: status.FAILED_PRECONDITION, details: 'not today' });
    },
    chat: (call: ServerDuplexStream<string, string>) => {
      calls.push('chat');
      call.on('data', (message: string) => call.write(`echo ${message}`));
      call.on('end', () => call.end());
      call.on('error', () => {});
    },
  });
  const credentials = ServerCredentials.createSsl(null, [
    { private_key: Buffer.from(leaf.keyPem), cert_chain: Buffer.from(leaf.certPem) },
  ]);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return {
    port,
    address: `127.0.0.1:${port}`,
    calls,
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  };
}

function method(path: string, streams: boolean): MethodDefinition<string, string> {
  const toBytes = (message: string): Buffer => Buffer.from(message, 'utf8');
  const toText = (bytes: Buffer): string => bytes.toString('utf8');
  return {
    path,
    requestStream: streams,
    responseStream: streams,
    requestSerialize: toBytes,
    requestDeserialize: toText,
    responseSerialize: toBytes,
    responseDeserialize: toText,
  };
}
