// The anchors of the configuration, and what the log is told of them.

import type { Logger } from 'pino';
import { fileAnchor } from './file-anchor.ts';
import { type AnchorKeeper, startKeeper } from './keeper.ts';
import { witnessAnchor } from './witness-anchor.ts';
import type { Config } from '../config/config.ts';
import type { OpenLedger } from '../record/chain.ts';
import { parseVerifierKey } from '../record/signed-note.ts';

export function openAnchors(
  { files, witnesses, everySeconds }: Config['ledger']['checkpoints'],
  { ledger, call }: { readonly ledger: OpenLedger; readonly call: typeof fetch },
  log: Logger,
): AnchorKeeper {
  const anchors = [
    ...files.map((path) => fileAnchor(path)),
    ...witnesses.map(({ url, key }) => witnessAnchor({ url, key: parseVerifierKey(key) }, call)),
  ];
  return startKeeper({
    ledger,
    anchors,
    everyMs: everySeconds * 1000,
    onProblem: (error) => log.error({ cause: String(error) }, 'checkpoints could not be sent out'),
    onRound(round) {
      for (const { name, result, note } of round.anchors) {
        if (result === 'conflict')
          log.error({ anchor: name, size: round.size, note }, 'THE LEDGER DOES NOT GO ON FROM WHAT WAS KEPT ELSEWHERE');
        else if (result === 'failed') log.warn({ anchor: name, size: round.size, note }, 'a checkpoint was not kept');
      }
    },
  });
}
