// The proxies that are measured side by side: those that this machine has.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAuthority } from '../src/tls/authority-certificate.ts';
import type { ThrowawayCa } from '../test/support/throwaway-ca.ts';
import { HOST, STRIPE_HOST } from './bench-names.ts';
import { startInterlockPeer } from './interlock-peer.ts';
import type { Target } from './load.ts';
import { freePort, startProgram } from './program.ts';
import { findSquid, startSquid } from './squid-peer.ts';

export interface PeerInputs {
  readonly folder: string;
  readonly ca: ThrowawayCa;
  readonly originPort: number;
  readonly newNames: readonly string[];
}

export interface Peers extends AsyncDisposable {
  readonly targets: readonly Target[];
  /** Peers that could not be started, and why. */
  readonly missing: readonly string[];
}

/** `wanted` is empty for all. */
export async function startPeers(inputs: PeerInputs, wanted: ReadonlySet<string>): Promise<Peers> {
  const stack = new AsyncDisposableStack();
  const targets: Target[] = [{ name: 'direct', pid: null, proxyPort: 0, port: inputs.originPort, authorization: null }];
  const missing: string[] = [];
  for (const [name, start] of starters(inputs, stack)) {
    if (wanted.size > 0 && !wanted.has(name)) continue;
    try {
      targets.push(await start());
    } catch (error) {
      missing.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { targets, missing, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function starters(inputs: PeerInputs, stack: AsyncDisposableStack): [string, () => Promise<Target>][] {
  return [
    ['pipe', () => nodePeer('pipe', './pipe-peer.ts', inputs, stack)],
    ['forwarder', () => nodePeer('forwarder', './forwarder-peer.ts', inputs, stack)],
    ['squid', () => squid(inputs, stack)],
    ['interlock', async () => stack.use(await startInterlockPeer(inputs.originPort, inputs.ca.certFile, inputs.newNames)).target],
  ];
}

async function nodePeer(name: string, file: string, inputs: PeerInputs, stack: AsyncDisposableStack): Promise<Target> {
  const port = await freePort();
  const leaf = await inputs.ca.issue(['*.bench.test', STRIPE_HOST]);
  const keyFile = join(inputs.folder, `${name}-key.pem`);
  const certFile = join(inputs.folder, `${name}-cert.pem`);
  await writeFile(keyFile, leaf.keyPem, { mode: 0o600 });
  await writeFile(certFile, leaf.certPem);
  const script = fileURLToPath(new URL(file, import.meta.url));
  const args = [script, String(port), String(inputs.originPort), keyFile, certFile, inputs.ca.certFile];
  const program = stack.use(await startProgram(process.execPath, args, port));
  return { name, pid: program.pid, proxyPort: port, port: inputs.originPort, authorization: null };
}

async function squid(inputs: PeerInputs, stack: AsyncDisposableStack): Promise<Target> {
  const found = findSquid();
  if (found === null) throw new Error('not installed (Debian and Ubuntu: apt install squid-openssl)');
  const signer = await makeAuthority(Date.now());
  const program = await startSquid(found, {
    folder: inputs.folder,
    caPem: `${signer.certPem}${signer.keyPem}`,
    originCaFile: inputs.ca.certFile,
    names: [HOST, STRIPE_HOST, ...inputs.newNames],
  });
  stack.use(program);
  return { name: 'squid', pid: program.pid, proxyPort: program.port, port: inputs.originPort, authorization: null };
}
