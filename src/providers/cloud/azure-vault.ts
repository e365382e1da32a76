// Azure Key Vault: reading a secret is no plain read, and using a key is neither.

import type { Action } from '../../classify/action.ts';
import { mergedSegments } from '../../classify/merged-segments.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider, Recognition } from '../provider.ts';
import { azureAnswer } from './azure-answer.ts';
import { cloudAction, type CloudVerb } from './cloud-action.ts';

export const azureVault: Provider = {
  name: 'azure-key-vault',
  family: 'cloud',
  hosts: ['*.vault.azure.net', '*.managedhsm.azure.net', '*.vault.usgovcloudapi.net', '*.vault.azure.cn'],
  recognise,
  refuse: (_request, refusal) => azureAnswer(refusal),
};

const KEY_USE: ReadonlySet<string> = new Set(['decrypt', 'unwrapkey', 'sign', 'backup', 'release']);

function recognise(request: RequestView): Recognition | null {
  const path = mergedSegments(request.segments);
  const verb = vaultVerb(
    request,
    path.map((segment) => segment.toLowerCase()),
  );
  return verb === null ? null : { need: { kind: 'none' }, classify: () => [vaultAction(request, verb, path)] };
}

/** Null: a plain read of names. The path is read without regard to case. */
function vaultVerb(request: RequestView, path: readonly string[]): CloudVerb | null {
  const [root = '', name] = path;
  const isSecret = root === 'secrets' || root === 'deletedsecrets' || root === 'storage';
  if (isPlainRead(request)) return isSecret && name !== undefined ? 'secret' : null;
  if (request.method === 'POST') return KEY_USE.has(path.at(-1) ?? '') ? 'secret' : 'create';
  if (request.method === 'DELETE') return 'delete';
  return request.method === 'PUT' || request.method === 'PATCH' ? 'change' : 'unknown-write';
}

function vaultAction(request: RequestView, verb: CloudVerb, path: readonly string[]): Action {
  return cloudAction(request, {
    verb,
    provider: 'azure',
    inspected: !hasAmbiguousPath(request),
    scopes: [`azure/vault/${request.authority.host.split('.', 1)[0] ?? ''}`],
    service: 'keyvault',
    operation: `${request.method.toLowerCase()} ${path[0]?.toLowerCase() ?? ''}`,
    targets: [path.join('/')],
  });
}
