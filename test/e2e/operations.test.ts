// What an operator meets: starts that are refused with a clear line, health and metrics, reloads, and a stop that loses nothing.

import assert from 'node:assert/strict';
import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { INTERLOCK_COMMAND } from '../support/gateway-process.ts';
import { startInterlock } from '../support/interlock.ts';
import { startSendgridOrigin } from '../support/mail-origin.ts';
import { startOrigin } from '../support/origin.ts';
import { runCommand } from '../support/run-command.ts';
import { runWarm } from '../support/warm-process.ts';
import { streamAnswer } from '../support/stream-answers.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(
  await startOrigin({ leaf: await ca.issue(['app.e2e.test', 'unlisted.e2e.test']), answer: streamAnswer }),
);
const sendgrid = stack.use(await startSendgridOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'app.e2e.test': origin.address, 'unlisted.e2e.test': origin.address, 'api.sendgrid.com': sendgrid.address },
  }),
);
const agent = await interlock.addAgent('worker', { teams: ['engineering'] });

describe('a start that is refused', { concurrency: 4 }, () => {
  const CONFIGS: readonly (readonly [name: string, yaml: string, says: RegExp])[] = [
    ['an unknown key', 'proxy:\n  listen: 127.0.0.1:0\n  lisen: 1\n', /interlock\.yaml:3:\d+.*lisen/s],
    ['a listener that is open to the network', 'proxy: { listen: 0.0.0.0:0 }\n', /tls|plaintext/],
    [
      'a policies folder that is not there',
      'policiesDir: ./nowhere\nproxy: { listen: 127.0.0.1:0 }\nconsole: { listen: 127.0.0.1:0 }\n',
      /nowhere/,
    ],
    ['text that is not YAML', 'proxy: [\n', /interlock\.yaml:\d+:\d+/],
  ];
  for (const [name, yaml, says] of CONFIGS) {
    it(`${name}: one clear message, exit code not 0, nothing left half started`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'interlock-refused-'));
      await writeFile(join(folder, 'interlock.yaml'), yaml);
      const ran = await runWarm(['start', '--config', join(folder, 'interlock.yaml')], { cwd: folder });
      await rm(folder, { recursive: true });
      assert.ok(ran.code === 1 || ran.code === 2, `${ran.code} ${ran.stderr}`);
      assert.match(ran.stderr, says);
      assert.doesNotMatch(ran.stderr, /^\s+at .*\.ts:\d+/m);
    });
  }

  it('a second gateway on the same data folder', async () => {
    const ran = await runCommand(INTERLOCK_COMMAND, ['start', '--config', interlock.configFile], { timeoutMs: 60_000 });
    assert.equal(ran.code, 1, ran.stderr);
    assert.match(ran.stderr, /another|already|running|lock/i);
  });

  it('a CA key that others may read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'interlock-key-'));
    const config: unknown = JSON.parse(await readFile(interlock.configFile, 'utf8'));
    const exposed = { ...(typeof config === 'object' ? config : {}), policiesDir: interlock.policiesDir };
    await writeFile(join(folder, 'interlock.yaml'), JSON.stringify(exposed));
    const args = ['start', '--config', join(folder, 'interlock.yaml')];
    const enough = new AbortController();
    const first = runCommand(INTERLOCK_COMMAND, args, { signal: enough.signal });
    await waitFor(() =>
      chmod(join(folder, 'certs', 'ca-key.pem'), 0o644).then(
        () => true,
        () => undefined,
      ),
    );
    enough.abort();
    await first;
    const ran = await runWarm(args, { cwd: folder });
    await rm(folder, { recursive: true });
    assert.equal(ran.code, 1, ran.stderr);
    assert.match(ran.stderr, /ca-key\.pem.*chmod 600/s);
  });
});

describe('health and metrics', () => {
  const get = (path: string): Promise<Response> => fetch(`${interlock.gateway.consoleUrl}${path}`);

  it('/healthz and /readyz say yes', async () => {
    assert.equal((await get('/healthz')).status, 200);
    assert.equal((await get('/readyz')).status, 200);
  });

  it('/metrics counts requests by verdict and action', async () => {
    await curl(agent, ['https://app.e2e.test/counted']);
    await curl(agent, ['https://unlisted.e2e.test/counted', '-d', 'x']);
    const text = await (await get('/metrics')).text();
    assert.match(text, /^interlock_\w*requests\w*\{[^}]*verdict="ALLOW"[^}]*\} [1-9]/m);
    assert.match(text, /^interlock_\w*requests\w*\{[^}]*verdict="BLOCK"[^}]*\} [1-9]/m);
    for (const topic of ['decision', 'ticket', 'ledger']) assert.match(text, new RegExp(`^interlock_\\w*${topic}`, 'm'), topic);
    assert.ok(!text.includes(agent.token));
  });

  it("/v1/tickets wants an approver's token, and the proxy leads nobody there", async () => {
    assert.equal((await get('/v1/tickets')).status, 401);
    assert.equal((await curl(agent, [`${interlock.gateway.consoleUrl}/v1/tickets`])).status, 403);
  });
});

describe('the bundle', () => {
  it('is loaded anew when a file changes; a constraint of type set is in force at once', async () => {
    await appendFile(
      join(interlock.policiesDir, 'constraints.yaml'),
      '\nplain-subject:\n  type: set\n  field: /subject\n  value: Sent by an agent\n',
    );
    await writeFile(
      join(interlock.policiesDir, 'subject.cedar'),
      '@id("mail-subject")\n@reason("Mail of this agent says where it comes from.")\n@verdict("constrain")\n@constrain("plain-subject")\npermit (principal == Agent::"worker", action == Action::"email.send", resource);\n',
    );
    const mail = JSON.stringify({
      personalizations: [{ to: [{ email: 'ann@example.com' }] }],
      from: { email: 'bot@example.com' },
      subject: 's',
      content: [{ type: 'text/plain', value: 'x' }],
    });
    const send = () =>
      curl(agent, ['-i', 'https://api.sendgrid.com/v3/mail/send', '-H', 'Content-Type: application/json', '-d', mail]);
    const sent = await waitFor(async () => {
      const answer = await send();
      return /interlock-verdict: constrain/i.test(answer.body) ? answer : undefined;
    });
    assert.equal(sent.status, 202);
    assert.equal(sendgrid.messages.at(-1)?.['subject'], 'Sent by an agent');
  });

  it('stays the last good one when a change is broken, and the record says so', async () => {
    const broken = join(interlock.policiesDir, 'broken.cedar');
    await writeFile(broken, '@id("broken")\n@reason("x")\npermit (principal, action, resource) when { nonsense };\n');
    await waitFor(async () => (await interlock.bodies('bundle')).find((one) => one.move === 'rejected'));
    const refused = await curl(agent, ['https://unlisted.e2e.test/still', '-d', 'x']);
    assert.equal(refused.status, 403);
    const checked = await interlock.cli(['policy', 'check', interlock.policiesDir]);
    assert.equal(checked.code, 1);
    assert.match(`${checked.stdout}${checked.stderr}`, /broken\.cedar:3:\d+/);
    await rm(broken);
  });

  it('is loaded anew on SIGHUP', async () => {
    interlock.gateway.signal('SIGHUP');
    await waitFor(() => (/loaded anew/.test(interlock.gateway.log()) ? true : undefined));
  });
});

describe('a graceful stop', () => {
  it('finishes what is under way, takes nothing new, ends with 0 in under ten seconds', async () => {
    const slow = curl(agent, ['https://app.e2e.test/slow?ms=1500']);
    await waitFor(() => origin.of('/slow')[0]);
    const { proxyUrl } = interlock.gateway;
    const started = performance.now();
    const stopping = interlock.gateway.stop();
    const took = stopping.then(() => performance.now() - started);
    await waitFor(() => interlock.gateway.log().includes('interlock: stopping') || undefined);
    const late = await curl(agent, ['https://app.e2e.test/too-late', '--max-time', '5']);
    assert.ok(late.code !== 0 || late.status === 503, `${late.status}`);
    assert.equal((await slow).status, 200, `${proxyUrl} cut off what was under way`);
    assert.equal(await stopping, 0);
    assert.ok((await took) < 10_000);
    await interlock.start({ warm: true });
    assert.ok((await interlock.bodies('stop')).length >= 1);
    const outcome = (await interlock.bodies('outcome')).findLast((one) => one.durationMs >= 1400);
    assert.equal(outcome?.result, 'sent');
    const report = await interlock.verify();
    assert.deepEqual([report.ok, report.unfinished], [true, 0], JSON.stringify(report));
  });
});
