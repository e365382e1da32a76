// Requests to mail APIs for unit tests, built from their parts.

import type { InspectedBody } from '../../src/http/inspected-body.ts';
import type { RequestView } from '../../src/http/request-view.ts';
import { fixtureRequest } from './fixture-request.ts';

export interface MailRequest {
  readonly view: RequestView;
  readonly body: InspectedBody;
}

export function mailRequest(host: string, line: string, content: string | object = '', type = 'application/json'): MailRequest {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content), 'latin1');
  const head = `${line} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer x\r\nContent-Type: ${type}\r\n\r\n`;
  return { view: fixtureRequest(Buffer.concat([Buffer.from(head), bytes])).view, body: { bytes, problem: null } };
}
