// Which Gmail operation a request is, by its method and path (Gmail API v1, also under /upload and at www.googleapis.com).

import { mergedSegments } from '../../classify/merged-segments.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';

/**
 * How the message comes (Google's media upload protocols). `open` begins a resumable session, `session` brings bytes to one; `unsure` is
 * what is not read here.
 */
export type GmailUpload = 'json' | 'media' | 'multipart' | 'open' | 'session' | 'unsure';

export type GmailCall =
  | { readonly kind: 'send' | 'draft-send' | 'import'; readonly userId: string; readonly upload: GmailUpload }
  /** `id` is null for a new one. */
  | { readonly kind: 'draft'; readonly userId: string; readonly upload: GmailUpload; readonly id: string | null }
  | { readonly kind: 'settings'; readonly userId: string; readonly setting: string }
  | {
      readonly kind: 'delete';
      readonly userId: string;
      readonly what: string;
      readonly permanent: boolean;
      readonly many: boolean;
    }
  | { readonly kind: 'batch' | 'unknown' };

/** Hosts where nothing but Gmail answers. */
export const GMAIL_HOST = 'gmail.googleapis.com';
export const GOOGLE_HOST = 'www.googleapis.com';

const UNKNOWN: GmailCall = { kind: 'unknown' };

/**
 * Null: a plain read, or another of Google's APIs. At the shared host a path that merely mentions Gmail, or could be read so, is Gmail's;
 * everything else there is somebody else's.
 */
export function gmailCall(request: RequestView): GmailCall | null {
  if (isPlainRead(request)) return null;
  const parts = mergedSegments(request.segments);
  const isBatch = parts[0]?.toLowerCase() === 'batch';
  const mentionsGmail = parts.slice(0, 5).some((part) => part.toLowerCase() === 'gmail');
  if (request.authority.host !== GMAIL_HOST && !mentionsGmail && !(isBatch && parts.length === 1)) return null;
  if (isBatch) return request.method === 'POST' && isBatchPath(request.path) ? { kind: 'batch' } : UNKNOWN;
  return mailCall(request);
}

function isBatchPath(path: string): boolean {
  return path === '/batch' || path === '/batch/gmail/v1';
}

function mailCall(request: RequestView): GmailCall {
  const { segments } = request;
  const start = segments.indexOf('gmail');
  const prefix = segments.slice(0, start).join('/');
  const [, version, users, userId, ...rest] = segments.slice(start);
  if (version !== 'v1' || users !== 'users' || userId === undefined || userId === '') return UNKNOWN;
  if (prefix === '') return callAt(request, userId, rest, 'json');
  if (prefix !== 'upload' && prefix !== 'resumable/upload') return UNKNOWN;
  const upload = uploadOf(request);
  const isSession = upload === 'open' || upload === 'session';
  const call = callAt(request, userId, rest, prefix === 'upload' || isSession ? upload : 'unsure');
  return 'upload' in call ? call : UNKNOWN;
}

/** What a request that opens a resumable session says of the message that is to come. */
const OPENING_FIELDS: ReadonlySet<string> = new Set(['x-upload-content-type', 'x-upload-content-length']);

/**
 * INVARIANT: an upload whose protocol is not surely one of these is not read: the last PUT of a resumable session carries the mail out, and
 * names nobody (E31).
 */
function uploadOf(request: RequestView): GmailUpload {
  const { method, headers } = request;
  const names = [...new URLSearchParams(request.query).entries()].filter(([name]) => /upload/i.test(name));
  const types = names.filter(([name]) => name === 'uploadType');
  const type = types.length === 1 ? types[0]?.[1] : undefined;
  const fields = headers.raw.filter((field, i) => i % 2 === 0 && /^x-(?:goog-)?upload-/i.test(field));
  if (type === 'resumable' && names.length === 2)
    return method === 'PUT' && names.some(([name]) => name === 'upload_id') && fields.length === 0 ? 'session' : 'unsure';
  if (names.length !== 1 || headers.has('content-range')) return 'unsure';
  if (type === 'resumable')
    return method === 'POST' && fields.every((field) => OPENING_FIELDS.has(field.toLowerCase())) ? 'open' : 'unsure';
  return fields.length === 0 && (type === 'media' || type === 'multipart') ? type : 'unsure';
}

function callAt(request: RequestView, userId: string, rest: readonly string[], upload: GmailUpload): GmailCall {
  const [collection = '', id, operation] = rest;
  const isSession = (upload === 'unsure' || upload === 'session') && request.method === 'PUT';
  const makesNew = collection === 'messages' || (collection === 'drafts' && id === undefined);
  const method = isSession && makesNew ? 'POST' : request.method;
  if (collection === 'settings') return settingsCall(method, userId, rest);
  if (rest.length > 3) return UNKNOWN;
  switch (`${method} ${[collection, id === undefined ? '' : named(id), operation ?? ''].join('/')}`) {
    case 'POST messages/send/':
      return { kind: 'send', userId, upload };
    case 'POST drafts/send/':
      return { kind: 'draft-send', userId, upload };
    case 'POST messages//':
    case 'POST messages/import/':
      return { kind: 'import', userId, upload };
    case 'POST drafts//':
      return { kind: 'draft', userId, upload, id: null };
    case 'PUT drafts/send/': // a session's, or a draft of that name, which there is none
      return { kind: 'draft-send', userId, upload: 'unsure' };
    case 'PUT drafts/*/':
      return { kind: 'draft', userId, upload, id: id ?? null };
    default:
      return deleteCall(method, userId, rest);
  }
}

const FIXED_NAMES: ReadonlySet<string> = new Set(['send', 'import', 'batchDelete', 'batchModify']);

function named(id: string): string {
  return FIXED_NAMES.has(id) ? id : '*';
}

function deleteCall(method: string, userId: string, rest: readonly string[]): GmailCall {
  const [collection, id, operation] = rest;
  const what = collection === 'messages' || collection === 'threads' || collection === 'drafts' ? collection.slice(0, -1) : null;
  if (what === null || id === undefined) return UNKNOWN;
  if (method === 'DELETE' && operation === undefined) return { kind: 'delete', userId, what, permanent: true, many: false };
  if (method !== 'POST' || what === 'draft') return UNKNOWN;
  if (operation === 'trash') return { kind: 'delete', userId, what, permanent: false, many: false };
  if (what !== 'message' || operation !== undefined) return UNKNOWN;
  // With labels it can put a thousand messages into the bin or out of sight.
  if (id === 'batchDelete' || id === 'batchModify')
    return { kind: 'delete', userId, what, permanent: id === 'batchDelete', many: true };
  return UNKNOWN;
}

/** By the collection's name in the path. */
const SETTINGS: ReadonlyMap<string, string> = new Map([
  ['autoForwarding', 'auto-forwarding'],
  ['forwardingAddresses', 'forwarding-address'],
  ['filters', 'filter'],
  ['delegates', 'delegate'],
  ['sendAs', 'send-as'],
  ['vacation', 'vacation'],
  ['imap', 'imap'],
  ['pop', 'pop'],
  ['language', 'language'],
  ['cse', 'encryption'],
]);

function settingsCall(method: string, userId: string, rest: readonly string[]): GmailCall {
  const setting = SETTINGS.get(rest[1] ?? '');
  return setting === undefined || !/^(?:POST|PUT|PATCH|DELETE)$/.test(method) ? UNKNOWN : { kind: 'settings', userId, setting };
}
