// Stand-ins for code hosts other than GitHub: each serves real bare repositories over smart HTTP, and its vendor's calls for pull requests.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serveGit } from './git-backend.ts';
import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import { PULL_VENDORS, type HostedPull, type PullVendorName } from './pull-vendors.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

const run = promisify(execFile);

/** The one token that may push and call the APIs, as password in git's address. */
export const HOST_TOKEN = 'interlockTestToken';

export interface PullHosts extends AsyncDisposable {
  readonly origin: Origin;
  /** Of all hosts, oldest first. */
  readonly pulls: HostedPull[];
  /** When set, opening a pull request answers this instead. */
  failOpening: { readonly status: number; readonly json: unknown } | null;
  /** An empty bare repository at `/path` of a host. Gives its folder. */
  createRepository(host: string, path: string): Promise<string>;
  /** The commit that a ref points to, or null. */
  refOf(host: string, path: string, ref: string): Promise<string | null>;
}

/** `vendors` says which API answers at a name, for API hosts also. */
export async function startPullHosts(ca: ThrowawayCa, vendors: Readonly<Record<string, PullVendorName>>): Promise<PullHosts> {
  const root = await mkdtemp(join(tmpdir(), 'interlock-hosts-'));
  const folderOf = (host: string, path: string): string => join(root, host, `${path}.git`);
  const answer: Answer = async (request, response, received) => {
    const host = (request.headers[':authority'] ?? request.headers.host ?? '').toString();
    const vendor = PULL_VENDORS[vendors[host] ?? 'gitea'];
    if (/\/(?:info\/refs|git-(?:upload|receive)-pack)(?:\?|$)/.test(received.target)) {
      if (received.target.includes('receive-pack') && received.get('authorization') === undefined) {
        response.statusCode = 401;
        response.setHeader('www-authenticate', `Basic realm="${host}"`);
        response.end();
        return;
      }
      request.url = `/${host}${received.target}`;
      return serveGit(root, request, response, 'agent');
    }
    const body = (await received.body()).toString();
    if (!vendor.admits((name) => received.get(name), HOST_TOKEN)) return sendJson(response, 401, vendor.error('Unauthorized'));
    const url = new URL(received.target, `https://${host}`);
    const repository = vendor.repositoryOf(decodeURIComponent(url.pathname));
    if (repository === null) return sendJson(response, 404, vendor.error('Not found'));
    const here = (one: HostedPull): boolean => one.repository === repository;
    if (received.method === 'GET') return sendJson(response, 200, vendor.list(hosts.pulls.filter(here), url.searchParams));
    if (hosts.failOpening !== null) return sendJson(response, hosts.failOpening.status, hosts.failOpening.json);
    const asked = vendor.read(JSON.parse(body));
    if (hosts.pulls.some((one) => here(one) && one.head === asked.head && one.base === asked.base))
      return sendJson(response, 409, vendor.error('There is one already'));
    const pull = { ...asked, repository, number: hosts.pulls.filter(here).length + 1 };
    hosts.pulls.push(pull);
    sendJson(response, 201, vendor.show(pull));
  };
  const origin = await startOrigin({ leaf: await ca.issue(Object.keys(vendors)), answer });
  const hosts: PullHosts = {
    origin,
    pulls: [],
    failOpening: null,
    async createRepository(host, path) {
      const folder = folderOf(host, path);
      await mkdir(folder, { recursive: true });
      await run('git', ['init', '--bare', '--quiet', '--initial-branch=main', folder]);
      await run('git', ['-C', folder, 'config', 'http.receivepack', 'true']);
      return folder;
    },
    async refOf(host, path, ref) {
      try {
        return (await run('git', ['-C', folderOf(host, path), 'rev-parse', '--verify', '--quiet', ref])).stdout.trim();
      } catch {
        return null;
      }
    },
    async [Symbol.asyncDispose]() {
      await origin[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
  return hosts;
}
