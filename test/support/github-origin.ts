// A stand-in for GitHub: github.com serves real bare repositories over smart HTTP, api.github.com the few REST calls that we need.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serveGit } from './git-backend.ts';
import { answerGithubApi, type PullRequest } from './github-api.ts';
import { startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

const run = promisify(execFile);

/** The one credential that may push and call the API. */
export const GITHUB_TOKEN = 'ghp_interlockTestToken';

export interface GithubOrigin extends AsyncDisposable {
  readonly web: Origin;
  readonly api: Origin;
  readonly pulls: PullRequest[];
  /** An empty bare repository with `main` as its default branch. Gives its folder. */
  createRepository(owner: string, name: string): Promise<string>;
  /** The commit that a ref points to, or null. */
  refOf(owner: string, name: string, ref: string): Promise<string | null>;
}

export async function startGithubOrigin(ca: ThrowawayCa): Promise<GithubOrigin> {
  const root = await mkdtemp(join(tmpdir(), 'interlock-github-'));
  const pulls: PullRequest[] = [];
  const folderOf = (owner: string, name: string): string => join(root, owner, `${name}.git`);
  const refOf = (owner: string, name: string, ref: string): Promise<string | null> => revision(folderOf(owner, name), ref);
  const web = await startOrigin({ leaf: await ca.issue(['github.com']), answer: serveRepositories(root) });
  const api = await startOrigin({
    leaf: await ca.issue(['api.github.com']),
    answer: (_request, response, received) =>
      answerGithubApi({ pulls, refOf, folderOf, token: GITHUB_TOKEN }, response, received),
  });
  return {
    web,
    api,
    pulls,
    refOf,
    async createRepository(owner, name) {
      const folder = folderOf(owner, name);
      await mkdir(folder, { recursive: true });
      await run('git', ['init', '--bare', '--quiet', '--initial-branch=main', folder]);
      await run('git', ['-C', folder, 'config', 'http.receivepack', 'true']);
      await run('git', ['-C', folder, 'config', 'receive.advertisePushOptions', 'true']);
      return folder;
    },
    async [Symbol.asyncDispose]() {
      await web[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** As GitHub does: anybody may fetch, a push is asked for its credential first. */
function serveRepositories(root: string): Answer {
  return async (request, response, received) => {
    const push = received.target.includes('git-receive-pack');
    if (push && received.get('authorization') !== basic(GITHUB_TOKEN)) {
      response.statusCode = 401;
      response.setHeader('www-authenticate', 'Basic realm="GitHub"');
      response.end();
      return;
    }
    // GitHub answers with and without the suffix.
    request.url = received.target.replace(/^(\/[^/]+\/[^/?]+?)(?:\.git)?\//, '$1.git/');
    await serveGit(root, request, response, push ? 'agent' : '');
  };
}

function basic(token: string): string {
  return `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}

async function revision(folder: string, ref: string): Promise<string | null> {
  try {
    return (await run('git', ['-C', folder, 'rev-parse', '--verify', '--quiet', ref])).stdout.trim();
  } catch {
    return null;
  }
}
