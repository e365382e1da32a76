// Microsoft Graph's error document, which all its workloads share.

import { type Refusal, refusalSentence } from './refusal.ts';

/** `code` and `message` are what its SDKs put on their error. */
export function graphError(refusal: Refusal, clientRequestId: string | undefined): object {
  return {
    error: {
      code: refusal.kind === 'failed' ? 'ServiceNotAvailable' : 'ErrorAccessDenied',
      message: refusalSentence(refusal),
      innerError: {
        'request-id': refusal.entry ?? '',
        ...(clientRequestId === undefined ? {} : { 'client-request-id': clientRequestId }),
      },
    },
  };
}
