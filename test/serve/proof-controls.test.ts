// Proofs through the control socket: the file that arrives is checked with the key alone, and what is refused keeps its code.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { checkProof } from '../../src/proof/check-proof.ts';
import { writeProof } from '../../src/proof/proof-file.ts';
import { readProof } from '../../src/proof/read-proof.ts';
import { createControlClient } from '../../src/serve/control-client.ts';
import { startControl } from '../../src/serve/control-server.ts';
import { createLocalOperator } from '../../src/serve/local-operator.ts';
import { createProofDesk, type ProofAnswer } from '../../src/serve/proof-desk.ts';
import { APPROVED, OPENED, OUTCOME, provenLedger, WAITED } from '../proof/proven-ledger.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';
import { approvalDesk } from '../support/approval-desk.ts';
import { NO_LEDGER_DESK } from '../support/no-ledger-desk.ts';
import { planBookOf } from '../support/plan-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const WANTED = { id: String(WAITED), bundle: true, related: true, since: null };
const PLACE = 'actions/0/facts/recipients';

async function running(t: TestContext) {
  const { ledger, rooms } = await provenLedger(t, 2);
  const desk = await approvalDesk();
  const proofs = createProofDesk({
    ledger,
    directory: desk.directory,
    bundles: rooms.bundles,
    history: async () => ({
      index: { newest: async () => [OPENED, APPROVED, OUTCOME] },
      feed: { settled: async () => undefined },
    }),
  });
  const operator = createLocalOperator({
    desk: NO_LEDGER_DESK,
    proofs,
    ledger,
    directory: desk.directory,
    tickets: async () => desk.book,
    authority: async () => ({ caFile: '/c/ca.pem', caBundleFile: '/c/ca-bundle.pem' }),
    shadow: null,
    anchors: null,
    shipping: null,
    bundle: () => assert.fail(),
    budgets: async () => ({ list: () => [] }),
    plans: () => planBookOf(desk),
    proxyUrl: 'http://127.0.0.1:8080',
    close: async () => undefined,
  });
  const server = await startControl({ dataDir: temporaryFolder(t), operator });
  t.after(async () => {
    await server.close();
    desk[Symbol.dispose]();
  });
  return { ledger, desk, client: createControlClient(server.path) };
}

function checked({ proof }: ProofAnswer, pinned: string) {
  const report = checkProof(readProof(Buffer.from(writeProof(proof))), { pinned });
  assert.deepEqual(report.problems, []);
  return report;
}

test('an entry is proven through the socket, with what belongs to it and from an older checkpoint', async (t) => {
  const { client, ledger } = await running(t);
  const old = ledger.checkpoint();
  await ledger.append({ type: 'gap', refused: 1, since: '2026-01-01T00:00:00.000Z', note: '' }, 'written');
  const report = checked(await client.proveEntry({ ...WANTED, since: old }), ledger.publicKey);
  assert.equal(report.entry?.sequence, WAITED);
  assert.deepEqual(
    report.related.map(({ sequence }) => sequence),
    [OPENED, APPROVED, OUTCOME],
  );
  assert.equal(report.since, ledger.size - 1);
  assert.equal(checked(await client.proveConsistency(old, null), ledger.publicKey).since, ledger.size - 1);
});

test('a value is disclosed through the socket, on record by name', async (t) => {
  const { client, ledger, desk } = await running(t);
  const request = { ...WANTED, fields: [PLACE], token: desk.tokens.fay, osUser: 'root', reason: 'an audit' };
  const report = checked(await client.discloseEntry(request), ledger.publicKey);
  assert.deepEqual(report.entry?.disclosed, [{ place: PLACE, value: ['zoë@customer.example'] }]);
  const entry = report.related.find(({ body }) => body['type'] === 'disclosure');
  assert.deepEqual([entry?.body['user'], entry?.body['osUser'], entry?.body['places']], ['fay', 'root', [PLACE]]);
});

test('what is refused arrives with its code', async (t) => {
  const { client, ledger } = await running(t);
  const { size } = ledger;
  await throwsWithCode('NAME_UNKNOWN', () => client.proveEntry({ ...WANTED, id: '99999' }));
  await throwsWithCode('NAME_UNKNOWN', () => client.proveEntry({ ...WANTED, id: '1e1' }));
  await throwsWithCode('USAGE', () => client.proveEntry({ ...WANTED, since: 'no note' }));
  await throwsWithCode('USAGE', () => client.proveConsistency('no note', null));
  const disclose = { ...WANTED, fields: [PLACE], token: null, osUser: null, reason: '' };
  await throwsWithCode('APPROVER_REFUSED', () => client.discloseEntry({ ...disclose, token: 'not a token' }));
  await throwsWithCode('NAME_UNKNOWN', () => client.discloseEntry({ ...disclose, fields: ['agent'] }));
  await throwsWithCode('USAGE', () => client.discloseEntry({ ...disclose, reason: 'x'.repeat(2_000) }));
  assert.equal(ledger.size, size);
});
