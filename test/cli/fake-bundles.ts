// An operator's use cases about bundles, that only remember what they were asked.

import type { BundlePage } from '../../src/serve/bundle-page.ts';
import type { Operator } from '../../src/serve/operator.ts';

export function fakeBundles(
  calls: unknown[],
  page: () => BundlePage,
): Pick<Operator, 'bundleHistory' | 'promoteBundle' | 'rollbackBundle' | 'refuseBundle'> {
  const previous = 'p'.repeat(64);
  return {
    bundleHistory: async (query) => {
      calls.push({ bundleHistory: query });
      return page();
    },
    async promoteBundle(request) {
      calls.push({ promoteBundle: request });
      return { digest: request.expected.slice(0, 64), previous, entry: '7', running: true };
    },
    async rollbackBundle(request) {
      calls.push({ rollbackBundle: request });
      return { digest: request.digest, previous, entry: '8', running: false };
    },
    async refuseBundle(request) {
      calls.push({ refuseBundle: request });
      return '9';
    },
  };
}
