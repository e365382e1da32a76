// The real git, as an agent runs it: a working copy in a folder of its own, its remote behind the proxy.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GITHUB_TOKEN } from './github-origin.ts';
import type { Login } from './interlock.ts';
import { runCommand, type CommandResult } from './run-command.ts';

export interface GitClone extends AsyncDisposable {
  readonly folder: string;
  /** `git ARGS` in the working copy; an exit code that is not 0 is an answer. Standard error holds `remote:` lines. */
  git(...args: string[]): Promise<CommandResult>;
  /** The same, and what it prints meanwhile. */
  watched(onStderr: (text: string) => void, ...args: string[]): Promise<CommandResult>;
  /** Writes a file and commits it. Gives the commit. */
  commit(name: string, content: string | Buffer): Promise<string>;
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'Agent',
  GIT_AUTHOR_EMAIL: 'agent@example.com',
  GIT_COMMITTER_NAME: 'Agent',
  GIT_COMMITTER_EMAIL: 'agent@example.com',
};

/** Clones `https://github.com/OWNER/NAME.git` through the proxy, with the credential in the URL as agents have it. */
export function cloneRepository(login: Login, owner: string, name: string): Promise<GitClone> {
  return cloneAddress(login, `https://x-access-token:${GITHUB_TOKEN}@github.com/${owner}/${name}.git`);
}

/** The same from any address, which holds the credential. */
export async function cloneAddress(login: Login, address: string): Promise<GitClone> {
  const folder = await mkdtemp(join(tmpdir(), 'interlock-git-'));
  const options = { cwd: folder, env: { ...login.env, ...AUTHOR } };
  const git = (...args: string[]): Promise<CommandResult> => runCommand('git', args, options);
  const cloned = await git('clone', address, '.');
  if (cloned.code !== 0) throw new Error(`git clone failed: ${cloned.stderr}`);
  return {
    folder,
    git,
    watched: (onStderr, ...args) => runCommand('git', args, { ...options, onStderr }),
    async commit(file, content) {
      await writeFile(join(folder, file), content);
      await git('add', file);
      const done = await git('commit', '--quiet', '-m', `Change ${file}`);
      if (done.code !== 0) throw new Error(`git commit failed: ${done.stderr}`);
      return (await git('rev-parse', 'HEAD')).stdout.trim();
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A first commit on `main`, made in the bare repository itself: no push is needed for it. */
export async function seedRepository(bareFolder: string): Promise<string> {
  const git = async (args: readonly string[], input?: string): Promise<string> => {
    const ran = await runCommand('git', ['-C', bareFolder, ...args], { env: AUTHOR, ...(input === undefined ? {} : { input }) });
    if (ran.code !== 0) throw new Error(`git ${args.join(' ')} failed: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  const blob = await git(['hash-object', '-w', '--stdin'], 'first\n');
  const tree = await git(['mktree'], `100644 blob ${blob}\tREADME\n`);
  const commit = await git(['commit-tree', tree, '-m', 'First']);
  await git(['update-ref', 'refs/heads/main', commit]);
  return commit;
}
