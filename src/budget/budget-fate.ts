// Whether what was reserved is spent: only what surely had no effect is given back.

import type { Sent } from '../forward/relay.ts';
import type { Provider } from '../providers/provider.ts';

/**
 * INVARIANT: given back only when no byte of it was written, or when a vendor at a host of its own refused it with a status after which its
 * documentation says that nothing was done. Everybody else's word is nothing: an agent's own server would answer 400 to whatever it took.
 */
export function budgetFateOf(
  { result, status }: Pick<Sent, 'result' | 'status'>,
  provider: Provider | null,
): 'spent' | 'returned' {
  if (result === 'failed') return 'returned';
  if (result !== 'sent' || status === null || provider === null) return 'spent';
  return provider.nothingDone?.has(status) === true && !provider.hosts.includes('*') ? 'returned' : 'spent';
}
