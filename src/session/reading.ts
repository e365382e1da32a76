// What an exchange that goes out lets its agent read, as it is put on record with its verdict.

import type { Action } from '../classify/action.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import { sourceOf } from './source.ts';
import type { Reading, Taint } from './taint.ts';

export interface ReadingDeps {
  readonly taint: Pick<Taint, 'read'>;
}

/** Call it in the turn in which the entry is handed over. The answer to Interlock's own request is not the agent's, and a call has none. */
export function readingOf(
  { cause, message, toolCall, request }: Exchange,
  principal: Principal,
  actions: readonly Action[],
  { taint }: ReadingDeps,
): Reading {
  const isOwn = cause !== null && message !== true;
  return isOwn || toolCall === true ? NOTHING_READ : taint.read(principal, sourceOf(request, actions));
}

const NOTHING_READ: Reading = { state: [], written: () => undefined };
