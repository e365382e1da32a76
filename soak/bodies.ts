// 1 GiB up and down, by HTTP/1.1 and HTTP/2: unchanged, and with flat memory.

import { createHash } from 'node:crypto';
import { runCommand } from '../test/support/run-command.ts';
import { startInterlock } from '../test/support/interlock.ts';
import { startOrigin } from '../test/support/origin.ts';
import { downloadDigest, streamAnswer } from '../test/support/stream-answers.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { watchMemory } from './memory-watch.ts';
import { expectFigure, megabytes, type SoakCase } from './soak-case.ts';

const BYTES = 1024 ** 3;
/** Buffers on both legs and what V8 has not collected yet; a body that was kept would be 1,074 MB. */
const GROWTH_BYTES = 300e6;

export const bodies: SoakCase = {
  name: 'bodies of 1 GiB',
  minutes: 2,
  async run(say) {
    await using ca = await createThrowawayCa();
    await using old = await startOrigin({ leaf: await ca.issue(['h1.e2e.test']), protocols: ['http/1.1'], answer: streamAnswer });
    await using fresh = await startOrigin({ leaf: await ca.issue(['h2.e2e.test']), protocols: ['h2'], answer: streamAnswer });
    await using interlock = await startInterlock({
      caFiles: [ca.certFile],
      hosts: { 'h1.e2e.test': old.address, 'h2.e2e.test': fresh.address },
      config: { log: { level: 'warn' } },
    });
    const { env } = await interlock.addAgent('mover', { teams: ['engineering'] });
    const zeros = digestOfZeros();
    const down = downloadDigest(BYTES);
    for (const [client, name] of [
      ['--http1.1', 'h1'],
      ['--http2', 'h2'],
      ['--http2', 'h1'],
      ['--http1.1', 'h2'],
    ] as const) {
      const measure = async (what: string, script: string, digest: string): Promise<void> => {
        const memory = watchMemory(interlock.gateway.pid);
        const started = performance.now();
        const ran = await runCommand('sh', ['-c', script], { env, timeoutMs: 300_000 });
        const seconds = (performance.now() - started) / 1000;
        const peak = memory.stop();
        say(
          `${what} ${client} to ${name}: ${(BYTES / 1e6 / seconds).toFixed(0)} MB/s, memory ${megabytes(memory.before)} → at most ${megabytes(peak)}`,
        );
        expectFigure(
          ran.stdout.includes(digest),
          `${what} ${client} ${name}: another body arrived: ${ran.stdout.slice(0, 200)} ${ran.stderr}`,
        );
        expectFigure(peak - memory.before < GROWTH_BYTES, `memory grew by ${megabytes(peak - memory.before)}`);
      };
      await measure('down', `curl -sS ${client} "https://${name}.e2e.test/down?bytes=${BYTES}" | sha256sum`, down);
      await measure('up', `head -c ${BYTES} /dev/zero | curl -sS ${client} -X POST -T - https://${name}.e2e.test/up`, zeros);
    }
  },
};

function digestOfZeros(): string {
  const hash = createHash('sha256');
  const block = Buffer.alloc(1024 * 1024);
  for (let sent = 0; sent < BYTES; sent += block.length) hash.update(block);
  return hash.digest('hex');
}
