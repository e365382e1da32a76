// A provider that a test makes up, with as much of it as the test cares for.

import type { Provider } from '../../src/providers/provider.ts';

export function fakeProvider(name: string, hosts: readonly string[], parts: Partial<Provider> = {}): Provider {
  return {
    name,
    family: 'fake',
    hosts,
    recognise: () => null,
    refuse: () => ({ status: 403, headers: [], body: Buffer.alloc(0) }),
    ...parts,
  };
}
