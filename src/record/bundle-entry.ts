// Bundles that were loaded or refused are entries too: an auditor must be able to tell which policies were in force when.

import type { Logger } from 'pino';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import type { BundleEvent, LoadedEvent } from '../decide/judge-engine.ts';
import type { CandidateEvent } from '../rollout/candidate.ts';
import type { BundleBody, BundleLoad } from './bundle-body.ts';
import type { Ledger } from './ledger.ts';

const MAX_LOGGED = 50;

/** Notes each event in the ledger and tells the log. What a loaded one changed is `onLoaded`'s to record. */
export function bundleRecorder(
  ledger: Pick<Ledger, 'note'>,
  log: Pick<Logger, 'info' | 'error'>,
  onLoaded: (event: LoadedEvent) => void,
): (event: BundleEvent) => void {
  return (event) => {
    switch (event.kind) {
      case 'loaded':
        onLoaded(event);
        log.info({ digest: event.digest, policies: event.policies, ...logged('warnings', event.warnings) }, 'bundle loaded');
        return;
      case 'rejected':
        ledger.note({
          type: 'bundle',
          move: 'rejected',
          digest: null,
          policies: 0,
          note: event.message.slice(0, 1_000).toWellFormed(),
        });
        log.error(logged('findings', event.findings), `bundle rejected: ${event.message}`);
        return;
      case 'engine-replaced':
        log.error({ cause: event.cause }, 'the policy engine failed and was replaced');
    }
  };
}

/** A line of the log is written in one go, and a bundle may have ten thousand findings. */
function logged(name: string, findings: readonly BundleFinding[]): object {
  const first = { [name]: findings.slice(0, MAX_LOGGED) };
  return findings.length > MAX_LOGGED ? { ...first, notShown: findings.length - MAX_LOGGED } : first;
}

export function loadedBody(event: Pick<LoadedEvent, 'digest' | 'policies' | 'warnings'>, load: BundleLoad): BundleBody {
  const { digest, policies, warnings } = event;
  return { type: 'bundle', move: 'loaded', digest, policies, note: `${warnings.length} warnings`, load };
}

/** A candidate that is judged beside the bundle in force is on record too: what the flips were measured against. */
export function candidateRecorder(
  ledger: Pick<Ledger, 'note'>,
  log: Pick<Logger, 'info' | 'warn'>,
): (event: CandidateEvent) => void {
  return (event) => {
    const { kind, policiesDir } = event;
    const digest = 'digest' in event ? event.digest : null;
    const policies = 'policies' in event ? event.policies : 0;
    const note = kind === 'rejected' ? event.message : policiesDir;
    ledger.note({ type: 'bundle', move: `shadow-${kind}`, digest, policies, note: note.slice(0, 1_000).toWellFormed() });
    if (kind === 'rejected') log.warn({ policiesDir }, `candidate bundle rejected: ${event.message}`);
    else log.info({ policiesDir, digest, policies }, `candidate bundle ${kind}`);
  };
}
