// The origin of the bench: nginx with TLS on loopback, so that it is never the slowest part.

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leaf } from '../test/support/throwaway-ca.ts';
import { freePort, startProgram, type Program } from './program.ts';

/** `/1k` and `/1k/<anything>` are 1 KB, `/10m` 10 MB; POSTs below `/v1/` get a small JSON answer. */
export async function startNginxOrigin(nginx: string, folder: string, leaf: Leaf): Promise<Program> {
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  await writeFile(join(folder, 'origin-cert.pem'), leaf.certPem);
  await writeFile(join(folder, 'origin-key.pem'), leaf.keyPem, { mode: 0o600 });
  await writeFile(join(folder, '1k'), randomBytes(512).toString('hex'));
  await writeFile(join(folder, '10m'), randomBytes(10_000_000));
  await writeFile(file, configuration(folder, port));
  return startProgram(nginx, ['-p', folder, '-c', file, '-e', join(folder, 'nginx-error.log')], port);
}

function configuration(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(folder, `nginx-${name}`)};`)
    .join('\n');
  // As root the worker would be another user, who may not read this folder.
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  return `${user}worker_processes 1;
daemon off;
pid ${join(folder, 'nginx.pid')};
events { worker_connections 2048; }
http {
  access_log off;
${temporary}
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  sendfile on;
  server {
    listen 127.0.0.1:${port} ssl default_server;
    ssl_certificate ${join(folder, 'origin-cert.pem')};
    ssl_certificate_key ${join(folder, 'origin-key.pem')};
    root ${folder};
    location = /10m { }
    location /1k { rewrite ^ /1k break; }
    location /v1/ {
      default_type application/json;
      return 200 '{"id":"re_bench","object":"refund","amount":100,"currency":"usd","status":"succeeded"}';
    }
  }
}
`;
}
