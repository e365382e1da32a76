// How a refusal looks: in the API's own language where a provider speaks it, else a page for browsers or RFC 9457 problem JSON.

import type { HeaderList } from '../http/headers.ts';
import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Provider } from '../providers/provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../providers/refusal.ts';

interface Refused {
  readonly request: RequestView;
  readonly provider: Provider | null;
  readonly body: InspectedBody;
}

/** Never throws: a provider that fails to refuse in its own words is spoken for in ours. */
export function refusalAnswer(refused: Refused, refusal: Refusal): NativeAnswer {
  const answer = inOwnWords(refused, refusal);
  return { ...answer, headers: [...answer.headers, ...refusalFields(refusal)] };
}

function inOwnWords(refused: Refused, refusal: Refusal): NativeAnswer {
  // Failures of the way there are the proxy's to tell: a vendor's error shape would blame the vendor.
  if (refused.provider !== null && refusal.kind !== 'failed') {
    try {
      return refused.provider.refuse(refused.request, refusal, refused.body);
    } catch {
      return problem(refusal);
    }
  }
  return wantsPage(refused.request.headers) ? page(refusal) : problem(refusal);
}

/** RFC 9209 names the intermediary and the kind of failure; the entry's id leads to the record. */
export function refusalFields(refusal: Refusal): string[] {
  const error = refusal.kind === 'failed' ? proxyError(refusal.code) : 'http_request_denied';
  const fields = ['proxy-status', `interlock; error=${error}; details=${quoted(refusal.reason)}`, 'cache-control', 'no-store'];
  if (refusal.entry !== null) fields.push('interlock-entry', refusal.entry);
  if (refusal.ticket !== null) fields.push('interlock-ticket', refusal.ticket);
  return fields;
}

/** The registered error types of RFC 9209 §2.3 that fit our codes. */
function proxyError(code: Refusal['code']): string {
  switch (code) {
    case 'UPSTREAM_CERTIFICATE':
      return 'tls_certificate_error';
    case 'RESOLVE_FAILED':
      return 'dns_error';
    case 'CONNECT_FAILED':
      return 'destination_unavailable';
    case 'UPSTREAM_TIMEOUT':
      return 'http_response_timeout';
    case 'UPSTREAM_PROTOCOL':
      return 'http_protocol_error';
    case 'UPSTREAM_CLOSED':
      return 'connection_terminated';
    case 'REQUEST_MALFORMED':
    case 'AUTHORITY_MISMATCH':
    case 'BODY_ABORTED':
      return 'http_request_error';
    default:
      return 'proxy_internal_error';
  }
}

/** An RFC 8941 string: printable ASCII, quotes and backslashes escaped, bounded. */
function quoted(text: string): string {
  const ascii = text.replace(/[^ -~]/g, '?').slice(0, 300);
  return `"${ascii.replace(/["\\]/g, '\\$&')}"`;
}

function problem(refusal: Refusal): NativeAnswer {
  const document = {
    type: 'about:blank',
    title: titleOf(refusal),
    status: refusal.status,
    detail: refusalSentence(refusal),
    policies: refusal.policies,
    entry: refusal.entry,
    ticket: refusal.ticket,
  };
  return {
    status: refusal.status,
    headers: ['content-type', 'application/problem+json'],
    body: Buffer.from(`${JSON.stringify(document)}\n`),
  };
}

function titleOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'blocked':
      return 'Blocked by policy';
    case 'pending':
      return 'Waiting for approval';
    case 'denied':
      return 'Denied by an approver';
    case 'failed':
      return 'The proxy could not carry out the request';
  }
}

/** Only a browser's navigation asks for HTML first. */
function wantsPage(headers: HeaderList): boolean {
  return headers.get('accept')?.trimStart().startsWith('text/html') === true;
}

function page(refusal: Refusal): NativeAnswer {
  const title = escapeHtml(titleOf(refusal));
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem;color-scheme:light dark}</style><h1>${title}</h1><p>${escapeHtml(refusalSentence(refusal))}</p></html>\n`;
  return {
    status: refusal.status,
    headers: [
      'content-type',
      'text/html; charset=utf-8',
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'",
    ],
    body: Buffer.from(html),
  };
}

/** Text that came from an agent is plain text everywhere (threat D4). */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
