// The keys of a ledger that is not there.

import type { Operator } from '../../src/serve/operator.ts';

const LEDGER_KEYS = {
  origin: 'interlock-tree/k',
  publicKey: 'bb',
  verifierKey: 'interlock-tree/k+00000000+bb',
  keys: [{ publicKey: 'bb', from: 0 }],
};

export function keyUses(
  calls: unknown[],
): Pick<Operator, 'anchorLedger' | 'exportStatus' | 'ledgerKeys' | 'rotateLedgerKey' | 'eraseValues'> {
  return {
    async exportStatus() {
      const at = '2026-01-01T00:00:00.000Z';
      return [
        { name: 'disk', target: '/var/out.jsonl', next: 41, lag: 0, problem: null, lastSuccess: at, lastError: null },
        {
          name: 'siem',
          target: 'siem:6514',
          next: null,
          lag: 41,
          problem: 'down',
          lastSuccess: null,
          lastError: { at, problem: 'down' },
        },
      ];
    },
    async anchorLedger() {
      calls.push('anchorLedger');
      return {
        size: 9,
        anchors: [
          { name: 'file /mnt/a', result: 'kept', note: '' },
          { name: 'witness example.org/w', result: 'conflict', note: 'it was cut' },
        ],
      };
    },
    async eraseValues(request) {
      calls.push(request);
      return { entries: ['7'], values: 2, of: 1 };
    },
    ledgerKeys: async () => LEDGER_KEYS,
    async rotateLedgerKey(request) {
      calls.push(request);
      return LEDGER_KEYS;
    },
  };
}
