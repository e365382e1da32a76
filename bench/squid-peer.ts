// Squid with ssl-bump and nothing else: the intercepting proxy that everybody knows, as the yardstick.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, freePort, startProgram, type Program } from './program.ts';

const run = promisify(execFile);
const HELPERS = [
  '/usr/lib/squid/security_file_certgen',
  '/usr/lib64/squid/security_file_certgen',
  '/usr/libexec/squid/security_file_certgen',
];

export interface SquidInputs {
  readonly folder: string;
  /** PEM of the CA that Squid signs with, and its key, in one text. */
  readonly caPem: string;
  /** The CA that it trusts the origin by. */
  readonly originCaFile: string;
  /** All names of the bench: Squid reads them from a hosts file. */
  readonly names: readonly string[];
}

/** Null when Squid is not installed or was built without certificate generation (Debian: `squid-openssl`). */
export function findSquid(): { readonly squid: string; readonly certgen: string } | null {
  const squid = findProgram('squid');
  const certgen = HELPERS.find((file) => existsSync(file));
  return squid === null || certgen === undefined ? null : { squid, certgen };
}

export async function startSquid(
  found: { readonly squid: string; readonly certgen: string },
  inputs: SquidInputs,
): Promise<Program> {
  const { folder } = inputs;
  const port = await freePort();
  const database = join(folder, 'squid-certificates');
  const file = join(folder, 'squid.conf');
  await writeFile(join(folder, 'squid-ca.pem'), inputs.caPem, { mode: 0o600 });
  await writeFile(join(folder, 'hosts'), inputs.names.map((name) => `127.0.0.1 ${name}\n`).join(''));
  await run(found.certgen, ['-c', '-s', database, '-M', '16MB']);
  await writeFile(file, configuration(found.certgen, database, port, inputs));
  if (process.getuid?.() === 0) await giveToProxyUser(folder, database);
  return startProgram(found.squid, ['-N', '-f', file], port);
}

/** Started as root, Squid and its helper become the user `proxy`, who must be able to write their files. */
async function giveToProxyUser(folder: string, database: string): Promise<void> {
  const { stdout } = await run('id', ['-u', 'proxy']);
  const user = Number(stdout.trim());
  await chmod(folder, 0o711);
  await run('chown', ['-R', `${user}`, database]);
  for (const name of ['squid-ca.pem', 'hosts', 'squid.conf']) await chown(join(folder, name), user, user);
}

function configuration(certgen: string, database: string, port: number, inputs: SquidInputs): string {
  return `http_port 127.0.0.1:${port} ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=16MB cert=${join(inputs.folder, 'squid-ca.pem')}
sslcrtd_program ${certgen} -s ${database} -M 16MB
sslcrtd_children 4 startup=2 idle=1
tls_outgoing_options cafile=${inputs.originCaFile}
ssl_bump bump all
http_access allow all
cache deny all
access_log none
cache_log stdio:${process.getuid?.() === 0 ? '/dev/null' : join(inputs.folder, 'squid-cache.log')}
pid_filename none
hosts_file ${join(inputs.folder, 'hosts')}
server_persistent_connections on
client_persistent_connections on
coredump_dir /tmp
shutdown_lifetime 0 seconds
visible_hostname bench
`;
}
