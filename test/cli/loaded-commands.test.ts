// Commands that are loaded when they are called: the right one, under the name that the help says.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Command } from 'commander';
import { type LoadedCommands, registerNamed } from '../../src/cli/loaded-commands.ts';
import { fakeCli } from './fake-cli.ts';
import { runProgram } from '../../src/cli/program.ts';

describe('registerNamed', () => {
  const loaded: string[] = [];
  const commands: LoadedCommands = new Map(
    ['one', 'two'].map((name) => [
      name,
      () => {
        loaded.push(name);
        return Promise.resolve((_parent, _cli, rest) => void loaded.push(...(rest ?? ['list'])));
      },
    ]),
  );
  for (const [args, expected] of [
    [
      ['two', 'x', '--json'],
      ['two', 'x', '--json'],
    ],
    [[], ['one', 'list', 'two', 'list']],
    [['--help'], ['one', 'list', 'two', 'list']],
    [
      ['help', 'two'],
      ['one', 'two'],
    ],
    [
      ['--config', 'two', 'one'],
      ['one', 'two'],
    ],
    [['towo'], ['one', 'two']],
  ] as const) {
    it(`of "${args.join(' ')}" loads ${expected.join(', ')}`, async () => {
      loaded.length = 0;
      await registerNamed(commands, new Command(), fakeCli().cli, args);
      assert.deepEqual(loaded, expected);
    });
  }
});

describe('every command that a help lists', () => {
  for (const group of [[], ['policy']]) {
    it(`of interlock ${group.join(' ')} is loaded by its name`, async () => {
      const listed = await helpOf(group);
      const names = [...listed.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help');
      assert.ok(names.length > 10, listed);
      for (const name of names)
        assert.match(await helpOf([...group, name]), new RegExp(`^Usage: interlock ${[...group, name].join(' ')}`));
    });
  }
});

async function helpOf(command: readonly string[]): Promise<string> {
  const { cli, out } = fakeCli();
  assert.equal(await runProgram([...command, '--help'], cli), 0);
  return out();
}
