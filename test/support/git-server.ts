// Real git over plain HTTP on loopback, with GitHub's pull requests below /api/v3: an Enterprise server in small.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveGit } from './git-backend.ts';
import { answerGithubApi } from './github-api.ts';
import type { PullRequest } from './github-api.ts';
import { sendJson, startOrigin } from './origin.ts';
import type { Origin } from './origin.ts';
import { runCommand } from './run-command.ts';

/** The one credential of the API; git itself is not asked for any. */
export const GIT_SERVER_TOKEN = 'ghp_gitServerToken';

export interface GitServer extends AsyncDisposable {
  readonly origin: Origin;
  readonly pulls: PullRequest[];
  /** When set, opening a pull request answers this instead. */
  failOpening: { readonly status: number; readonly json: unknown } | null;
  /** The folder of `acme/site`. */
  readonly repository: string;
  /** The commit that a ref of `acme/site` points to, or null. */
  refOf(ref: string): Promise<string | null>;
}

/** Serves the bare repository `acme/site`, made with these extra `git init` arguments. */
export async function startGitServer(initArguments: readonly string[] = []): Promise<GitServer> {
  const root = await mkdtemp(join(tmpdir(), 'interlock-git-'));
  const repository = join(root, 'acme', 'site.git');
  await runCommand('git', ['init', '--bare', '--quiet', '--initial-branch=main', ...initArguments, repository]);
  for (const key of ['http.receivepack', 'receive.advertisePushOptions'])
    await runCommand('git', ['-C', repository, 'config', key, 'true']);
  const pulls: PullRequest[] = [];
  const refOf = async (ref: string): Promise<string | null> => {
    const { code, stdout } = await runCommand('git', ['-C', repository, 'rev-parse', '--verify', '--quiet', ref]);
    return code === 0 ? stdout.trim() : null;
  };
  const state = {
    pulls,
    token: GIT_SERVER_TOKEN,
    folderOf: () => repository,
    refOf: (_owner: string, _name: string, ref: string) => refOf(ref),
  };
  const origin = await startOrigin({
    leaf: null,
    answer: async (request, response, received) => {
      if (!received.target.startsWith('/api/v3/')) return serveGit(root, request, response, 'agent');
      if (received.method === 'POST' && server.failOpening !== null)
        return sendJson(response, server.failOpening.status, server.failOpening.json);
      return answerGithubApi(state, response, { ...received, target: received.target.slice('/api/v3'.length) });
    },
  });
  const server: GitServer = {
    origin,
    pulls,
    failOpening: null,
    repository,
    refOf,
    async [Symbol.asyncDispose]() {
      await origin[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
  return server;
}
