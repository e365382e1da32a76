// A real rsyslogd for one test, with the configuration that docs/export.md gives to operators.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import type { Leaf } from './throwaway-ca.ts';
import { waitFor } from './wait-for.ts';

/** What it received and parsed, as the template of the documented configuration writes it. */
export interface Received {
  readonly time: string;
  readonly host: string;
  readonly program: string;
  readonly priority: string;
  readonly type: string;
  readonly data: string;
  readonly text: string;
}

export interface Rsyslogd extends AsyncDisposable {
  readonly port: number;
  readonly configFile: string;
  start(): Promise<void>;
  kill9(): Promise<void>;
  /** As `systemctl restart` ends it. */
  stop(): Promise<void>;
  /** Whole lines of its file, in their order, repeats included; one that it could not parse throws. */
  received(): Promise<Received[]>;
}

const command = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'rsyslogd'))
  .find(existsSync);

/** Why there is none, for who skips; false where there is one. */
export function noRsyslogd(): string | false {
  if (command === undefined) return 'rsyslogd is not on PATH (Debian: apt-get install rsyslog rsyslog-gnutls)';
  return driver() === undefined ? 'rsyslogd has no TLS (Debian: apt-get install rsyslog-gnutls)' : false;
}

function driver(): string | undefined {
  const roots = ['/usr/lib', '/usr/lib64', '/usr/local/lib'].filter(existsSync);
  const folders = roots.flatMap((root) => [root, ...readdirSync(root).map((name) => join(root, name))]);
  return ['gtls', 'ossl'].find((name) => folders.some((folder) => existsSync(join(folder, 'rsyslog', `lmnsd_${name}.so`))));
}

/** The block of docs/export.md that begins with `marker`. */
export function documentedConfig(marker: string): string {
  const text = readFileSync(fileURLToPath(new URL('../../docs/export.md', import.meta.url)), 'utf8');
  const block = text.split('```').find((part) => part.includes(marker));
  if (block === undefined) throw new Error(`docs/export.md has no block with ${marker}`);
  return block.replace(/^\w*\n/, '');
}

interface Files {
  readonly ca: string;
  readonly leaf: Leaf;
}

/** The configuration with this test's files and port in the places of the documented ones. `files` null: it has no TLS. */
export async function startRsyslogd(config: string, files: Files | null): Promise<Rsyslogd> {
  const folder = await mkdtemp(join(tmpdir(), 'interlock-rsyslog-'));
  const [configFile, out] = ['rsyslog.conf', 'ledger.log'].map((name) => join(folder, name));
  if (files !== null) {
    await writeFile(join(folder, 'cert.pem'), files.leaf.certPem);
    await writeFile(join(folder, 'key.pem'), files.leaf.keyPem, { mode: 0o600 });
  }
  const here = config
    .replaceAll('/etc/rsyslog.d/interlock/ca.pem', files?.ca ?? '')
    .replaceAll('/etc/rsyslog.d/interlock/', `${folder}/`)
    .replaceAll('/var/log/interlock/ledger.log', String(out))
    .replaceAll('"gtls"', `"${driver() ?? ''}"`);
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const bound = here.replace('port="6514"', `port="${port}" address="127.0.0.1"`);
    // What it says of itself goes where no test looks.
    await writeFile(
      String(configFile),
      `global(workDirectory="${folder}")\n${bound}\naction(type="omfile" file="${folder}/own.log")\n`,
    );
    child = spawn(String(command), ['-n', '-f', String(configFile), '-i', join(folder, 'pid')], { stdio: 'ignore' });
    await waitFor(() => listens(port));
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    port,
    configFile: String(configFile),
    start,
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    received: async () => (await readFile(String(out), 'utf8').catch(() => '')).split('\n').slice(0, -1).map(parse),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listens(port: number): Promise<true | undefined> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

const LINE = /^(\S+) (\S+) (\w+\[\d+\]) ([\w.]+) (\w+) (\S+) (.*)$/;

function parse(line: string): Received {
  const [, time = '', host = '', program = '', priority = '', type = '', data = '', text = ''] = LINE.exec(line) ?? [];
  if (text === '') throw new Error(`a line that is none of ours: ${line.slice(0, 300)}`);
  return { time, host, program, priority, type, data, text };
}
