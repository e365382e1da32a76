// Bundles that were loaded or refused are entries too: an auditor must be able to tell which policies were in force when.

import type { Logger } from 'pino';
import type { BundleEvent } from '../decide/judge-engine.ts';
import type { Ledger } from './ledger.ts';

/** Notes each event in the ledger and tells the log. */
export function bundleRecorder(ledger: Pick<Ledger, 'note'>, log: Pick<Logger, 'info' | 'error'>): (event: BundleEvent) => void {
  return (event) => {
    switch (event.kind) {
      case 'loaded':
        ledger.note({
          type: 'bundle',
          move: 'loaded',
          digest: event.digest,
          policies: event.policies,
          note: `${event.warnings.length} warnings`,
        });
        log.info({ digest: event.digest, policies: event.policies, warnings: event.warnings }, 'bundle loaded');
        return;
      case 'rejected':
        ledger.note({
          type: 'bundle',
          move: 'rejected',
          digest: null,
          policies: 0,
          note: event.message.slice(0, 1_000).toWellFormed(),
        });
        log.error({ findings: event.findings }, `bundle rejected: ${event.message}`);
        return;
      case 'engine-replaced':
        log.error({ cause: event.cause }, 'the policy engine failed and was replaced');
    }
  };
}
