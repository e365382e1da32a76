// What a Google Cloud call does, by method, custom verb and path.

import type { RequestView } from '../../http/request-view.ts';
import type { CloudVerb } from './cloud-action.ts';
import type { GcpRequest } from './gcp-request.ts';

const ACCESS_SERVICES: ReadonlySet<string> = new Set(
  'iam iamcredentials sts orgpolicy accesscontextmanager cloudidentity apikeys iap oslogin binaryauthorization identitytoolkit'.split(
    ' ',
  ),
);
/** `setMetadata` carries SSH keys and start-up scripts; `addAccessConfig` gives a machine a public address. */
const ACCESS_WORD = /iampolic|permission|serviceaccount|metadata|credential|token|sign|accessconfig|grant|orgpolic/i;
const ACCESS_PLACE =
  /(?:^|\/)(?:serviceaccounts|keys|roles|hmackeys|sslcerts|users|firewalls|firewallpolicies|iampolicy)(?:\/|$)/i;
const SECRET_WORD = /^(?:access|decrypt|rawdecrypt|asymmetricdecrypt|decapsulate)$|keystring|password/i;
const EXECUTE_WORD =
  /^(?:run|execute|call|invoke|submit|trigger|launch|resumejob|runjob|executeplan)|(?:^|\/)(?:executions|builds|jobs:run|workflowtemplates)(?:\/|$)/i;
/** Paths that name an action where others name a thing: the last segment of `…/instances/i/stop`. */
const VERB_SEGMENT =
  /^(?:start|stop|reset|suspend|resume|set[A-Z]|add[A-Z]|remove[A-Z]|update|attach|detach|delete[A-Z]|bulkInsert|resize|move|restart|failover|promote|restoreBackup|clone|export|import|import|rotate|switch|truncate|patch|abandon|recreate|invalidateCache|simulate|send[A-Z]|insert|perform|enable|disable|cancel|create[A-Z]|generate[A-Z])/;

/** `isRead`: GET or HEAD without a body. Null for a plain read of something that is no secret. */
export function gcpVerb(request: RequestView, call: GcpRequest, isRead: boolean): CloudVerb | null {
  const word = verbWord(request, call) ?? '';
  const place = call.path.join('/');
  const last = call.path.at(-1) ?? '';
  if (SECRET_WORD.test(word) || SECRET_WORD.test(last)) return 'secret';
  if (isRead) return null;
  if (ACCESS_SERVICES.has(call.service) || ACCESS_WORD.test(word) || ACCESS_PLACE.test(place)) return 'access';
  if (request.method === 'DELETE' || /^(?:delete|destroy|remove|purge|truncate|abandon|bulkdelete)/i.test(word)) return 'delete';
  if (request.method === 'PUT' || request.method === 'PATCH') return 'change';
  if (request.method !== 'POST') return 'unknown-write';
  if (EXECUTE_WORD.test(word) || EXECUTE_WORD.test(place)) return 'execute';
  if (word === '') return 'create';
  if (/^(?:bulkInsert|clone|create|insert|import|generate)/.test(word)) return 'create';
  return VERB_SEGMENT.test(word) || /^(?:undelete|publish|rollback|lock|modify|restore)/.test(word) ? 'change' : 'unknown-write';
}

/** The custom verb, or the last segment where that is one. */
export function verbWord(request: RequestView, { customVerb, path }: GcpRequest): string | undefined {
  if (customVerb !== undefined) return customVerb;
  const last = path.at(-1) ?? '';
  return request.method === 'POST' && VERB_SEGMENT.test(last) ? last : undefined;
}
