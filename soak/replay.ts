// `node soak/replay.ts [--entries N]`: fills a ledger with traffic as it is recorded, then replays all of it with another bundle.

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openLedger } from '../src/record/chain.ts';
import type { EntryBody } from '../src/record/entry.ts';
import { mailAction, outcomeOf, verdictOf } from '../test/record/sample-bodies.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET_SECONDS = 120;
/** Appends that are not waited for one by one. */
const BATCH = 500;

const { values } = parseArgs({ options: { entries: { type: 'string', default: '1000000' } } });
const entries = Number(values.entries);
const folder = mkdtempSync(join(tmpdir(), 'interlock-replay-'));
try {
  const dataDir = join(folder, 'data');
  const candidate = join(folder, 'candidate');
  cpSync(join(ROOT, 'policies'), candidate, { recursive: true });
  const payment = join(candidate, 'payment.cedar');
  writeFileSync(payment, readFileSync(payment, 'utf8').replaceAll('500 * context.minorPerMajor', '300 * context.minorPerMajor'));
  const config = join(folder, 'interlock.yaml');
  writeFileSync(config, `dataDir: ${dataDir}\npoliciesDir: ${join(ROOT, 'policies')}\n`);
  const filled = await secondsOf(() => fill(dataDir));
  process.stdout.write(`${entries} entries written in ${filled.toFixed(0)} s, load average ${loadavg()[0]?.toFixed(1) ?? ''}\n`);
  const seconds = await secondsOf(() => replay(config, candidate));
  const { user, system } = childrenCpu();
  process.stdout.write(
    `replayed in ${seconds.toFixed(1)} s by the clock, ${(user + system).toFixed(1)} s of CPU, ` +
      `${((seconds / entries) * 1e6).toFixed(1)} µs an entry (target ${TARGET_SECONDS} s for 1,000,000)\n`,
  );
  process.exitCode = (seconds / entries) * 1e6 > TARGET_SECONDS ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Half of them verdicts, as the wire writes them: no two of one exchange, agents and paths of a busy week. */
async function fill(dataDir: string): Promise<void> {
  const ledger = await openLedger({ dataDir, version: '0.0.0', retryMs: 0 });
  for (let i = 0; i < entries / 2; i += BATCH) {
    const exchanges = Array.from({ length: Math.min(BATCH, entries / 2 - i) }, (_, n) => i + n);
    const receipts = await Promise.all(exchanges.map((n) => ledger.append(verdictNumber(n), 'written')));
    receipts.forEach(({ entry }, n) => ledger.note(outcomeOf(`x${i + n}`, entry)));
    await ledger.flush();
  }
  await ledger.close();
}

function verdictNumber(n: number): EntryBody {
  const agent = `bot${n % 40}`;
  if (n % 10 === 0) return verdictOf(`x${n}`, { agent, actions: [mailAction(`c${n}@customer.example`)] });
  const host = n % 5 === 1 ? 'api.stripe.com' : `h${n % 300}.example.com`;
  const common = { host, path: n % 5 === 1 ? '/v1/refunds' : `/v1/orders/${n}`, inspected: true };
  const refund = {
    action: 'payment.refund',
    resource: { type: 'Account', id: `a${n % 50}` },
    verdict: 'ALLOW' as const,
    policies: ['refund-small'],
    facts: {
      ...common,
      method: 'POST',
      amountKnown: true,
      amountMinor: (n * 7919) % 60_000,
      currency: 'USD',
      currencySource: 'request',
      counterparty: `ch_${n}`,
      minorPerMajor: 100,
    },
  };
  const read = {
    action: 'http.read',
    resource: { type: 'Host', id: host },
    verdict: 'ALLOW' as const,
    policies: ['read'],
    facts: { ...common, method: 'GET' },
  };
  return verdictOf(`x${n}`, { agent, actions: [n % 5 === 1 ? refund : read] });
}

async function replay(config: string, candidate: string): Promise<void> {
  const args = ['policy', 'replay', '--config', config, '--with', candidate];
  const child = spawn(join(ROOT, 'bin/interlock'), args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`the replay ended with ${String(code)}`);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Seconds of the processes that ended, from /proc: fields 16 and 17, in ticks of a hundredth. */
function childrenCpu(): { readonly user: number; readonly system: number } {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return { user: Number(fields[13]) / 100, system: Number(fields[14]) / 100 };
}
