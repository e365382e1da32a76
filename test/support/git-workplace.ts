// A clone whose `origin` is a relay before a real git server: where a developer, or an agent, would stand.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GIT_SERVER_TOKEN, startGitServer } from './git-server.ts';
import type { GitServer } from './git-server.ts';
import { startPushRelay } from './push-relay.ts';
import type { PushRelay } from './push-relay.ts';
import { runCommand } from './run-command.ts';
import type { CommandResult } from './run-command.ts';

export interface GitWorkplace extends AsyncDisposable {
  readonly server: GitServer;
  readonly relay: PushRelay;
  git(...words: string[]): Promise<CommandResult>;
  commit(text: string): Promise<string>;
}

/** A clone whose `origin` is the relay, with one commit on main that upstream has. */
export async function gitWorkplace(
  options: { refs?: readonly string[]; agent?: string; init?: readonly string[] } = {},
): Promise<GitWorkplace> {
  const server = await startGitServer(options.init);
  const relay = await startPushRelay({
    upstream: server.origin,
    refs: options.refs ?? ['refs/heads/main'],
    agent: options.agent ?? 'bot',
  });
  const folder = await mkdtemp(join(tmpdir(), 'interlock-clone-'));
  const env = {
    HOME: folder,
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
    LC_ALL: 'C',
  };
  const git = (...words: string[]): Promise<CommandResult> => runCommand('git', ['-C', folder, ...words], { env });
  const commit = async (text: string): Promise<string> => {
    await writeFile(join(folder, 'file.txt'), text);
    await git('add', '-A');
    await git('commit', '-q', '-m', text);
    return (await git('rev-parse', 'HEAD')).stdout.trim();
  };
  await git('init', '-q', '-b', 'main', ...(options.init ?? []), '.');
  await git('remote', 'add', 'origin', `http://x-access-token:${GIT_SERVER_TOKEN}@${relay.origin.address}/acme/site.git`);
  // Credentials in the address are only sent when asked for; this server never asks.
  await git(
    'config',
    'http.extraHeader',
    `Authorization: Basic ${Buffer.from(`x-access-token:${GIT_SERVER_TOKEN}`).toString('base64')}`,
  );
  await commit('first');
  await git('push', '-q', `http://${server.origin.address}/acme/site.git`, 'main');
  await git('fetch', '-q', 'origin');
  const dispose = async (): Promise<void> => {
    await relay[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  return { server, relay, git, commit, [Symbol.asyncDispose]: dispose };
}
