// Refusals in the error shapes of AWS's protocols, so that its SDKs raise AccessDenied with our reason and make no second call.

import { type AwsHead, awsHead } from '../classify/aws-call.ts';
import type { RequestView } from '../http/request-view.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from './refusal.ts';

/** Query services whose error document has a namespace; the SDKs read it without one as well. */
const NAMESPACES: Readonly<Record<string, string>> = {
  ses: 'http://ses.amazonaws.com/doc/2010-12-01/',
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  sqs: 'http://queue.amazonaws.com/doc/2012-11-05/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  route53: 'https://route53.amazonaws.com/doc/2013-04-01/',
};

/** REST-XML services other than S3 wrap their errors as Query services do. */
const WRAPPED_REST_XML: ReadonlySet<string> = new Set(['route53', 'cloudfront', 's3-control']);
const BARE_REST_XML: ReadonlySet<string> = new Set(['s3', 's3express', 's3-object-lambda', 's3-outposts']);

/** The answer in the shape that the call's protocol and service document (catalogue 0.3). Never a status that an AWS SDK retries. */
export function awsRefusal(request: RequestView, refusal: Refusal): NativeAnswer {
  const head = awsHead(request);
  const message = refusalSentence(refusal);
  const id = refusal.entry ?? 'none';
  if (head === null || isRestJson(head)) return restJson(refusal, message);
  if (head.protocol === 'json') return jsonRpc(request, refusal, message);
  if (head.protocol === 'cbor') return cbor(refusal, message);
  if (head.service === 'ec2') {
    const error = `<Error><Code>UnauthorizedOperation</Code><Message>${xmlText(message)}</Message></Error>`;
    return xml(refusal, 'text/xml', `<Response><Errors>${error}</Errors><RequestID>${xmlText(id)}</RequestID></Response>`);
  }
  if (head.service !== null && BARE_REST_XML.has(head.service)) {
    const inner = `<Code>AccessDenied</Code><Message>${xmlText(message)}</Message><RequestId>${xmlText(id)}</RequestId>`;
    return xml(refusal, 'application/xml', `<Error>${inner}<HostId>interlock</HostId></Error>`);
  }
  const namespace = NAMESPACES[head.service ?? ''];
  const error = `<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${xmlText(message)}</Message></Error>`;
  const root = namespace === undefined ? '<ErrorResponse>' : `<ErrorResponse xmlns="${namespace}">`;
  return xml(refusal, 'text/xml', `${root}${error}<RequestId>${xmlText(id)}</RequestId></ErrorResponse>`);
}

function isRestJson({ protocol, service }: AwsHead): boolean {
  return protocol === 'rest' && !WRAPPED_REST_XML.has(service ?? '') && !BARE_REST_XML.has(service ?? '');
}

/** 400 as AWS gives it: the JSON protocols say who erred in `__type` alone, and SDKs retry neither 400 nor 403. */
function jsonRpc(request: RequestView, refusal: Refusal, message: string): NativeAnswer {
  const is10 = request.headers.get('content-type')?.trim().toLowerCase().startsWith('application/x-amz-json-1.0') === true;
  const headers = ['content-type', `application/x-amz-json-${is10 ? '1.0' : '1.1'}`];
  // SQS and CloudWatch moved here from Query: their SDKs look for the old code in this field.
  if (request.headers.has('x-amzn-query-mode')) headers.push('x-amzn-query-error', 'AccessDenied;Sender');
  const body = { __type: 'com.amazon.coral.service#AccessDeniedException', message, Message: message };
  return { status: statusOf(refusal, 400), headers, body: Buffer.from(JSON.stringify(body)) };
}

function restJson(refusal: Refusal, message: string): NativeAnswer {
  return {
    status: statusOf(refusal, 403),
    headers: ['content-type', 'application/json', 'x-amzn-errortype', 'AccessDeniedException'],
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/** Smithy RPC v2: a CBOR map of two text strings (RFC 8949). */
function cbor(refusal: Refusal, message: string): NativeAnswer {
  const body = Buffer.concat([
    Buffer.from([0xa2]),
    ...['__type', 'com.amazon.coral.service#AccessDeniedException', 'message', message].map(cborText),
  ]);
  return {
    status: statusOf(refusal, 400),
    headers: ['content-type', 'application/cbor', 'smithy-protocol', 'rpc-v2-cbor'],
    body,
  };
}

function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(3);
  head.writeUInt8(0x79);
  head.writeUInt16BE(Math.min(bytes.length, 0xffff), 1);
  return Buffer.concat([head, bytes.subarray(0, 0xffff)]);
}

function xml(refusal: Refusal, type: string, document: string): NativeAnswer {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${document}`);
  return { status: statusOf(refusal, 403), headers: ['content-type', type], body };
}

function statusOf(refusal: Refusal, status: number): number {
  return refusal.kind === 'failed' ? refusal.status : status;
}

/** Character data: a reason may quote what an agent sent. */
function xmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ');
}
