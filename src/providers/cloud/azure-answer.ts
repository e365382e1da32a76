// Refusals in Azure's two shapes: JSON for Resource Manager and Key Vault, XML for storage.

import { jsonAnswer } from '../json-answer.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';

export function azureAnswer(refusal: Refusal): NativeAnswer {
  return jsonAnswer(refusal, { error: { code: 'AuthorizationFailed', message: refusalSentence(refusal) } });
}

export function azureStorageAnswer(refusal: Refusal): NativeAnswer {
  const message = refusalSentence(refusal).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const code = 'AuthorizationPermissionMismatch';
  return {
    status: refusal.kind === 'failed' ? refusal.status : 403,
    headers: ['content-type', 'application/xml', 'x-ms-error-code', code],
    body: Buffer.from(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`),
  };
}
