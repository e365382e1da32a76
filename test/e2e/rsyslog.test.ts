// A real gateway ships to a real rsyslogd, with the configuration that docs/export.md gives to operators: what it parsed is what the ledger holds.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { syslogHost } from '../../src/export/syslog-message.ts';
import { curl } from '../support/agent-client.ts';
import { startInterlock, type Interlock, type Login } from '../support/interlock.ts';
import { startLoad } from '../support/keep-alive-load.ts';
import { startOrigin } from '../support/origin.ts';
import { documentedConfig, noRsyslogd, type Received, startRsyslogd, type Rsyslogd } from '../support/rsyslogd.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const skip = noRsyslogd();
const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(
  await startOrigin({ leaf: await ca.issue(['app.e2e.test', 'api.resend.com']), protocols: ['http/1.1'] }),
);

/** Refused by a reason that is not ASCII. */
const POLICIES = `@id("ruhe")
@reason("Löschen ist hier nicht vorgesehen \u2026 \u{1f6d1}")
forbid (principal, action == Action::"http.write", resource) when { context has path && context.path like "/ship/refused*" };
`;
/** One request of many mails: an entry that is longer than what rsyslog takes by itself, of texts that would be messages of their own. */
const MAILS = JSON.stringify(
  Array.from({ length: 15 }, (_, i) => ({
    ...{ from: 'bot@example.com', to: `c${i}@example.com`, text: 'x' },
    subject: `<104>1 - elsewhere forged - - - ${i} `.repeat(5),
  })),
);
const LONG = 20_000;

function withSink(sink: Readonly<Record<string, unknown>>): Promise<Interlock> {
  return startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'app.e2e.test': origin.address, 'api.resend.com': origin.address },
    policies: POLICIES,
    config: {
      log: { level: 'warn' },
      upstream: { allowAddresses: ['127.0.0.0/8'] },
      ledger: { export: [{ name: 'siem', values: 'revealed', ...sink }] },
    },
  });
}

const ask = (agent: Login, path: string, ...more: string[]) => curl(agent, [`https://app.e2e.test${path}`, ...more]);
const mail = (agent: Login) =>
  curl(agent, ['https://api.resend.com/emails/batch', '-H', 'Content-Type: application/json', '--data-binary', MAILS]);

/** Every line that the ledger has, as the command exports it; and what arrived, by its sequence. */
async function compared(interlock: Interlock, rsyslogd: Rsyslogd): Promise<{ lines: string[]; arrived: Map<number, Received> }> {
  const exported = await interlock.cli(['ledger', 'export', '--values', 'revealed', '--output', '-']);
  assert.equal(exported.code, 0, exported.stderr);
  const lines = exported.stdout.split('\n').slice(0, -1);
  const arrived = await waitFor(async () => {
    const bySequence = new Map((await rsyslogd.received()).map((one) => [JSON.parse(one.text).sequence as number, one]));
    return lines.every((_, sequence) => bySequence.has(sequence)) ? bySequence : undefined;
  });
  return { lines, arrived };
}

function assertHead({ time, host, program, priority, type, data }: Received, line: string): void {
  const { body, time: at } = JSON.parse(line);
  const alarming = body.verdict === 'BLOCK' || ['gap', 'lost', 'repair'].includes(body.type);
  assert.deepEqual(
    [Date.parse(time), host, program.replace(/\d+/, 'n'), priority, type, data],
    [Date.parse(at), syslogHost(), 'interlock[n]', alarming ? 'audit.warning' : 'audit.info', body.type, '-'],
  );
}

it('through kill -9 of both and a restart in order, over mutual TLS, every entry arrives whole and parsed', {
  skip,
}, async () => {
  const files = { ca: ca.certFile, leaf: await ca.issue(['127.0.0.1']) };
  await using rsyslogd = await startRsyslogd(documentedConfig('queue.type="Direct"'), files);
  const shown = await ca.issue(['gateway.example.com'], { clientAuthOnly: true });
  const folder = join(ca.certFile, '..');
  const clientCert = { cert: join(folder, 'gateway.pem'), key: join(folder, 'gateway.key') };
  await writeFile(clientCert.cert, shown.certPem);
  await writeFile(clientCert.key, shown.keyPem, { mode: 0o600 });
  const syslog = { host: '127.0.0.1', port: rsyslogd.port, caFile: ca.certFile, clientCert, maxMessageBytes: 65_536 };
  await using interlock = await withSink({ syslog });
  const agent = await interlock.addAgent('scribe', { teams: ['engineering'] });
  const login = (): Login => interlock.login(agent.username, agent.token);
  const more = async (): Promise<void> => {
    const before = (await rsyslogd.received()).length;
    await waitFor(async () => ((await rsyslogd.received()).length > before + 40 ? true : undefined));
  };
  assert.equal((await ask(login(), '/ship/refused', '-d', 'x')).status, 403);
  await mail(login());
  let load = await startLoad(interlock, login(), 'app.e2e.test', '/ship', 4, ['GET', 'POST']);
  for (const end of [rsyslogd.kill9, rsyslogd.stop]) {
    await more();
    await end();
    const answered = load.answered.length;
    await waitFor(() => (load.answered.length > answered + 20 ? true : undefined));
    await rsyslogd.start();
  }
  await more();
  await interlock.kill9();
  await load.stop();
  await interlock.start();
  load = await startLoad(interlock, login(), 'app.e2e.test', '/ship/again', 4);
  await more();
  await rsyslogd.kill9();
  await load.stop();
  await rsyslogd.start();
  const { lines, arrived } = await compared(interlock, rsyslogd);
  for (const [sequence, line] of lines.entries()) {
    const one = arrived.get(sequence) ?? assert.fail(`${sequence} is missing`);
    assert.ok(one.text === line, `${sequence} came as ${one.text.slice(0, 300)}`);
    assertHead(one, line);
  }
  const refused = lines.find((line) => line.includes('"ruhe"') && line.includes('"verdict":"BLOCK"')) ?? '';
  assert.match(refused, /^[\x20-\x7e]+$/);
  assert.match(JSON.parse(refused).values.reason.value, /Löschen ist hier nicht vorgesehen … 🛑/u);
  assert.ok(lines.some((line) => line.length > LONG));
});

it('over plain TCP to one with its own limits, a long entry is told in brief, and nothing of it reads as another message', {
  skip,
}, async () => {
  const plain = documentedConfig('queue.type="Direct"')
    .replace(/^global\([^)]*\)/m, '')
    .replace(/module\(load="imtcp"[^)]*\)/, 'module(load="imtcp")');
  await using rsyslogd = await startRsyslogd(plain, null);
  await using interlock = await withSink({ syslog: { host: '127.0.0.1', port: rsyslogd.port, tls: false } });
  const agent = await interlock.addAgent('scribe', { teams: ['engineering'] });
  await mail(agent);
  assert.equal((await ask(agent, '/ship/short')).status, 200);
  const { lines, arrived } = await compared(interlock, rsyslogd);
  const long = lines.findIndex((line) => line.length > LONG);
  for (const [sequence, line] of lines.entries()) {
    const one = arrived.get(sequence) ?? assert.fail(`${sequence} is missing`);
    assertHead(one, line);
    assert.ok(one.text === line || sequence === long, `${sequence} came as ${one.text.slice(0, 300)}`);
  }
  const { brief } = JSON.parse(arrived.get(long)?.text ?? '{}');
  const { body } = JSON.parse(lines[long] ?? '{}');
  const { previous } = JSON.parse(lines[long + 1] ?? '{}');
  assert.deepEqual(
    [brief.exchange, brief.verdict, brief.action, brief.agent, brief.hash],
    [body.exchange, body.verdict, 'email.send', 'scribe', previous],
  );
});
