// A stand-in for the control planes of several clouds: it answers whatever arrives in the shape that its clients read, and keeps it.

import { type Answer, type Origin, sendJson, startOrigin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

const XML: Readonly<Record<string, string>> = {
  'ec2.us-east-1.amazonaws.com': '<Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId></Response>',
  'route53.amazonaws.com':
    '<ChangeResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-11-01T00:00:00Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>',
};

/** One origin for all of `hosts`. */
export async function startCloudOrigin(ca: ThrowawayCa, hosts: readonly string[]): Promise<Origin> {
  const answer: Answer = async (_request, response, received) => {
    await received.body();
    const host = received.get('host') ?? received.get(':authority') ?? '';
    const xml = XML[host];
    if (host.startsWith('sqs.')) {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify({ QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/q' }));
    } else if (xml !== undefined) {
      response.setHeader('content-type', 'text/xml');
      response.end(xml);
    } else if (host.includes('.s3.')) {
      response.setHeader('etag', '"0"');
      response.end();
    } else sendJson(response, 200, { success: true, errors: [], messages: [], result: { id: 'r1' } });
  };
  return startOrigin({ leaf: await ca.issue(hosts), answer, protocols: ['http/1.1'] });
}
