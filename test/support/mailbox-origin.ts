// Stand-ins for gmail.googleapis.com and graph.microsoft.com: mail, drafts and batches, answered as the vendors document.

import { sendJson, startOrigin, type Answer, type Origin, type OriginResponse } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export async function startGmailOrigin(ca: ThrowawayCa): Promise<Origin> {
  let drafts = 0;
  const answer: Answer = async (_request, response, received) => {
    const body = await received.body();
    const [path = ''] = received.target.split('?');
    if (received.method === 'POST' && path === '/batch/gmail/v1') return answerBatch(response, body.toString('latin1'));
    if (path.endsWith('/messages/send') || path.endsWith('/drafts/send'))
      return sendJson(response, 200, { id: '18c', threadId: '18c', labelIds: ['SENT'] });
    if (received.method === 'POST' && path.endsWith('/drafts')) {
      drafts += 1;
      return sendJson(response, 200, { id: `r-${drafts}`, message: { id: '18d', threadId: '18d', labelIds: ['DRAFT'] } });
    }
    return sendJson(response, 200, {});
  };
  return startOrigin({ leaf: await ca.issue(['gmail.googleapis.com']), protocols: ['http/1.1'], answer });
}

/** Each call of the batch is answered with 200 under its own Content-ID. */
function answerBatch(response: OriginResponse, text: string): void {
  const parts = [...text.matchAll(/Content-ID: <([^>]*)>/gi)].map(
    ([, id]) =>
      `--batch_r\r\nContent-Type: application/http\r\nContent-ID: <response-${id}>\r\n\r\n` +
      'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{"id":"18c"}\r\n',
  );
  response.setHeader('content-type', 'multipart/mixed; boundary=batch_r');
  response.end(`${parts.join('')}--batch_r--`);
}

export async function startGraphOrigin(ca: ThrowawayCa): Promise<Origin> {
  const answer: Answer = async (_request, response, received) => {
    const body = await received.body();
    const [path = ''] = received.target.split('?');
    if (/\/\$batch$|\/%24batch$/.test(path)) return sendJson(response, 200, { responses: batchResponses(body) });
    if (received.method === 'POST' && path === '/v1.0/me/messages') return sendJson(response, 201, draft(body));
    response.statusCode = 202;
    response.end();
  };
  return startOrigin({ leaf: await ca.issue(['graph.microsoft.com']), answer });
}

function batchResponses(body: Buffer): object[] {
  const { requests } = JSON.parse(body.toString()) as { requests: { id: string }[] };
  return requests.map(({ id }) => ({ id, status: 202, headers: {} }));
}

function draft(body: Buffer): object {
  const lists = { toRecipients: [], ccRecipients: [], bccRecipients: [] };
  return {
    '@odata.etag': 'W/"1"',
    id: 'AAMkDraft=',
    isDraft: true,
    hasAttachments: false,
    ...lists,
    ...JSON.parse(body.toString()),
  };
}
