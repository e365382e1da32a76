// A request that went out under a standing grant, or by an approved call, as it is kept beside the tickets until it is known what became of it.

import { InterlockError } from '../errors.ts';

export interface StandingSend {
  readonly binding: string;
  /** The ticket that the grant was given with, or that of the call. */
  readonly ticket: string;
  readonly exchange: string;
}

export const SEND_KEY = 'standing-send:';

/** Throws STORE_CORRUPT. */
export function parseSend(key: string, text: string): StandingSend {
  let send: StandingSend | null = null;
  try {
    send = JSON.parse(text);
  } catch {
    // told below
  }
  if (typeof send === 'object' && send !== null && key === SEND_KEY + send.binding && typeof send.ticket === 'string')
    return send;
  throw new InterlockError('STORE_CORRUPT', `the record of ${key} in the data folder can't be read`, {
    hint: 'run `interlock ledger verify`; restore the data folder from a copy',
  });
}
