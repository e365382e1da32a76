// Which kinds of API live at a host, whatever is asked of them: `email` at Gmail's, none at one that nobody knows.

import { hostIndex } from './host-index.ts';
import { PROVIDERS } from './provider-list.ts';

const at = hostIndex(PROVIDERS.filter(({ hosts }) => !hosts.includes('*')));

/** `host` is an A-label in lower case. Sorted, each once; empty where no API is known by the host's name. */
export function hostFamilies(host: string): readonly string[] {
  const { candidates } = at(host);
  // At `gmail.googleapis.com` lives Gmail, although others know names below `googleapis.com`.
  const own = candidates.filter(({ hosts }) => hosts.includes(host));
  return [...new Set((own.length > 0 ? own : candidates).map(({ family }) => family))].toSorted();
}
