// One stand-in for the APIs that answer batches item by item: what each item asked for is told in the format that the vendor documents.

import { type Answer, type Origin, type OriginResponse, sendJson, startOrigin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export const BATCH_HOSTS = {
  gmail: 'gmail.googleapis.com',
  graph: 'graph.microsoft.com',
  postmark: 'api.postmarkapp.com',
  elastic: 'logs.es.us-east-1.aws.found.io',
  mcp: 'mcp.batches.test',
} as const;

export async function startBatchOrigin(ca: ThrowawayCa): Promise<Origin> {
  const answer: Answer = async (_request, response, received) => {
    const text = (await received.body()).toString();
    switch (received.get('host')) {
      case BATCH_HOSTS.gmail:
        return answerGmail(response, text);
      case BATCH_HOSTS.graph:
        return sendJson(response, 200, { responses: requestsOf(text).map(({ id }) => ({ id, status: 202, headers: {} })) });
      case BATCH_HOSTS.postmark:
        return sendJson(response, 200, messagesOf(text));
      case BATCH_HOSTS.elastic:
        return sendJson(
          response,
          200,
          { took: 3, errors: false, items: itemsOf(text) },
          { 'x-elastic-product': 'Elasticsearch' },
        );
      default:
        return answerRpc(response, received.get('accept') ?? '', JSON.parse(text));
    }
  };
  return startOrigin({ leaf: await ca.issue(Object.values(BATCH_HOSTS)), protocols: ['http/1.1'], answer });
}

function answerGmail(response: OriginResponse, text: string): void {
  const parts = [...text.matchAll(/Content-ID: <([^>]*)>/g)].map(
    ([, id]) =>
      `--r\r\nContent-Type: application/http\r\nContent-ID: <response-${id}>\r\n\r\n` +
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"id":"m"}\r\n',
  );
  response.setHeader('content-type', 'multipart/mixed; boundary=r');
  response.end(`${parts.join('')}--r--`);
}

function requestsOf(text: string): { readonly id: string }[] {
  return JSON.parse(text).requests;
}

function messagesOf(text: string): object[] {
  const messages: { readonly To: string }[] = JSON.parse(text);
  return messages.map(({ To }) => ({ ErrorCode: 0, Message: 'OK', To, MessageID: `m-${To}` }));
}

function itemsOf(text: string): object[] {
  const items: object[] = [];
  const lines = text.split('\n').filter((line) => line !== '');
  for (let at = 0; at < lines.length; at += 1) {
    const [[kind, { _index, _id }] = ['', {}]] = Object.entries<{ _index?: string; _id?: string }>(JSON.parse(lines[at] ?? ''));
    if (kind !== 'delete') at += 1;
    items.push({ [kind]: { _index, _id, status: kind === 'create' ? 201 : 200 } });
  }
  return items;
}

interface Rpc {
  readonly id?: number;
  readonly method: string;
}

/** As JSON where the client takes that, else an event for each answer. */
function answerRpc(response: OriginResponse, accept: string, messages: readonly Rpc[]): void {
  const answers = messages
    .filter(({ id }) => id !== undefined)
    .map(({ id, method }) => ({
      jsonrpc: '2.0',
      id,
      result: method === 'tools/list' ? { tools: [{ name: 'search' }, { name: 'delete_all' }] } : { content: [] },
    }));
  if (accept.includes('json')) return sendJson(response, 200, answers);
  response.setHeader('content-type', 'text/event-stream');
  response.end(answers.map((one) => `event: message\ndata: ${JSON.stringify(one)}\n\n`).join(''));
}
