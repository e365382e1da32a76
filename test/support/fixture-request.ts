// A raw HTTP/1.1 request from a fixture file, as the protocol layer would hand it on: its view and its decoded body.

import { readFileSync } from 'node:fs';
import { parseAuthority } from '../../src/connection/authority.ts';
import { contentCodings, decodeBody } from '../../src/http/content-decoder.ts';
import { readHead } from '../../src/http/head.ts';
import type { BodyNeed, InspectedBody } from '../../src/http/inspected-body.ts';
import { NO_BODY } from '../../src/http/inspected-body.ts';
import type { RequestView } from '../../src/http/request-view.ts';

export interface FixtureRequest {
  readonly view: RequestView;
  /** What a provider with this need would get. */
  inspect(need: BodyNeed): Promise<InspectedBody>;
}

const LIMIT_BYTES = 1_048_576;

/** Read at once: many tests walk all 2,600 of them, and each trip to another thread costs more than the file does. */
export function readFixture(file: URL): Promise<FixtureRequest> {
  return Promise.resolve(fixtureRequest(readFileSync(file)));
}

/** `raw` is one request with CRLF line ends and nothing behind its body. Content-Length, when there is one, must be right. */
export function fixtureRequest(raw: Buffer): FixtureRequest {
  const end = raw.indexOf('\r\n\r\n');
  if (end === -1) throw new Error('the fixture has no end of head (CRLF CRLF)');
  const [requestLine = '', ...fields] = raw.subarray(0, end).toString('latin1').split('\r\n');
  const [method = '', target = ''] = requestLine.split(' ');
  const rawHeaders = fields.flatMap((field) => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  });
  const body = raw.subarray(end + 4);
  const valueOf = (name: string): string | undefined =>
    rawHeaders[rawHeaders.findIndex((field, i) => i % 2 === 0 && field.toLowerCase() === name) + 1];
  const length = rawHeaders.some((field) => field.toLowerCase() === 'content-length') ? valueOf('content-length') : undefined;
  if (length !== undefined && Number(length) !== body.length)
    throw new Error(`Content-Length is ${length}, the body has ${body.length} bytes`);
  const view = readHead({
    method,
    target,
    rawHeaders,
    httpVersion: '1.1',
    scheme: 'https',
    authority: parseAuthority(valueOf('host') ?? '', 443),
    upgrading: rawHeaders.some((field, i) => i % 2 === 0 && field.toLowerCase() === 'upgrade'),
    hasBody: body.length > 0,
  });
  return { view, inspect: (need) => inspect(view, body, need) };
}

async function inspect(view: RequestView, body: Buffer, need: BodyNeed): Promise<InspectedBody> {
  if (need.kind === 'none') return NO_BODY;
  const codings = contentCodings(view.headers.all('content-encoding'));
  if (codings === null) return { bytes: Buffer.alloc(0), problem: 'a content coding that can not be undone' };
  const decoded = await decodeBody(body, codings, LIMIT_BYTES);
  if ('problem' in decoded) return { bytes: Buffer.alloc(0), problem: decoded.problem };
  if (need.kind === 'whole') return { bytes: decoded.bytes, problem: null };
  const measured = need.measure(decoded.bytes);
  return typeof measured === 'number'
    ? { bytes: decoded.bytes.subarray(0, measured), problem: null }
    : { bytes: Buffer.alloc(0), problem: 'the body ended too early' };
}
