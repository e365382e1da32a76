// A real gateway sends its checkpoints to a witness and to a file, changes its key without a stop, and a rolled-back ledger is found by both.

import assert from 'node:assert/strict';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startLoad } from '../support/keep-alive-load.ts';
import { startOrigin } from '../support/origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { startWitness } from '../support/witness.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startOrigin({ leaf: await ca.issue(['app.e2e.test']), protocols: ['h2', 'http/1.1'] }));
const log = { origin: '', publicKey: '' };
const witness = await startWitness(log);
stack.defer(() => witness.close());
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'app.e2e.test': origin.address },
    config: {
      log: { level: 'warn' },
      upstream: { allowAddresses: ['127.0.0.0/8'] },
      ledger: {
        checkpoints: { everySeconds: 1, files: ['kept.notes'], witnesses: [{ url: witness.url, key: witness.verifierKey }] },
      },
    },
  }),
);
const agent = await interlock.addAgent('scribe', { teams: ['engineering'] });
/** Made anew after each start: the port is another one. */
const login = (): ReturnType<typeof interlock.login> => interlock.login(agent.username, agent.token);
const kept = join(interlock.folder, 'kept.notes');
const json = async (...args: string[]): Promise<{ code: number; value: Record<string, unknown> }> => {
  const { code, stdout } = await interlock.cli([...args, '--json']);
  return { code, value: JSON.parse(stdout) };
};

it('checkpoints go out by themselves, and a command sends one now', async () => {
  const { value } = await json('ledger', 'key', 'show');
  Object.assign(log, value);
  const load = await startLoad(interlock, login(), 'app.e2e.test', '/anchors', 4);
  await waitFor(() => witness.seen.size > 0 || undefined);
  const { code, value: round } = await json('ledger', 'anchor');
  await load.stop();
  assert.equal(code, 0, JSON.stringify(round));
  // Rounds by themselves go on beside it.
  assert.ok(
    witness.requests.some((request) => request.includes(`\n${String(round['size'])}\n`)),
    JSON.stringify(round),
  );
  assert.ok(witness.seen.size >= Number(round['size']), `${witness.seen.size}`);
  const { value: report } = await json('ledger', 'verify', '--against', kept, '--public-key', log.publicKey);
  assert.equal(report['ok'], true, JSON.stringify(report));
});

it('the key changes under load: every request is answered, and a verifier that pinned the old key follows', async () => {
  const load = await startLoad(interlock, login(), 'app.e2e.test', '/rotate', 4);
  const { code, value } = await json('ledger', 'key', 'rotate', '--reason', 'yearly');
  await load.stop();
  assert.equal(code, 0);
  assert.notEqual(value['publicKey'], log.publicKey);
  for (const pinned of [log.publicKey, String(value['publicKey'])]) {
    const { value: report } = await json('ledger', 'verify', '--against', kept, '--public-key', pinned);
    assert.equal(report['ok'], true, JSON.stringify(report));
  }
  const before = log.publicKey;
  await interlock.kill9();
  // While no round is under way: one that the witness refused for its key before would be the command's too.
  log.publicKey = String(value['publicKey']);
  await interlock.start({ warm: true });
  const again = await json('ledger', 'verify', '--public-key', before);
  assert.equal(again.value['ok'], true, JSON.stringify(again.value));
  assert.equal((await json('ledger', 'anchor')).code, 0);
});

it('an agent that numbers its requests over both versions of HTTP: what never came is told, and the number goes no further', async () => {
  const send = (number: number, version: string): ReturnType<typeof curl> =>
    curl(login(), [`--http${version}`, '-H', `Interlock-Seq: ${number}`, `https://app.e2e.test/numbered/${number}`]);
  for (const [number, version] of [
    [1, '1.1'],
    [2, '2'],
    [4, '2'],
  ] as const) {
    const answer = await send(number, version);
    assert.deepEqual([answer.status, answer.version], [200, version]);
  }
  const { value: report } = await json('ledger', 'verify');
  assert.equal(report['missingRequests'], 1, JSON.stringify(report));
  assert.match(JSON.stringify(report['notes']), /never came to be recorded: 3/);
  const arrived = origin.of('/numbered/');
  assert.equal(arrived.length, 3);
  assert.ok(
    !JSON.stringify(arrived.map(({ headers }) => headers))
      .toLowerCase()
      .includes('interlock-seq'),
  );
});

it('an older copy that is put back is a conflict, told with its reason, by both', async () => {
  const dataDir = join(interlock.folder, 'data');
  await interlock.gateway.stop();
  await cp(dataDir, `${dataDir}-older`, { recursive: true });
  await interlock.start({ warm: true });
  assert.equal((await curl(login(), ['https://app.e2e.test/later'])).status, 200);
  assert.equal((await json('ledger', 'anchor')).code, 0);
  await interlock.gateway.stop();
  await rm(dataDir, { recursive: true });
  await cp(`${dataDir}-older`, dataDir, { recursive: true });
  await interlock.start({ warm: true });
  const round = await interlock.command(['ledger', 'anchor']);
  assert.equal(round.code, 1);
  assert.match(round.stdout, /CONFLICT +file .*\n.*CONFLICT +witness/);
  const verified = await interlock.cli(['ledger', 'verify', '--against', kept]);
  assert.equal(verified.code, 1);
  assert.match(verified.stdout, /kept\.notes/);
  assert.ok((await readFile(kept, 'utf8')).length > 0);
});
