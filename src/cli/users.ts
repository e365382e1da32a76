// `interlock users`: who may approve.

import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { commandName } from './command-name.ts';
import { answer, type CommonOptions, group, leaf, listed, withOperator } from './common-options.ts';
import { table } from './table.ts';
import { userTokenLines } from './token-notice.ts';

interface AddOptions extends CommonOptions {
  readonly group?: readonly string[];
}

export function registerUsers(program: Command, cli: Cli): void {
  const users = group(program, 'users', 'add, list, rotate and revoke users', 'users add approver --group finance');
  leaf(users, 'add <name>', 'add a user and show their token, once', ['users add approver --group finance'])
    .option('--group <group>', 'group they belong to (may be repeated)', listed)
    .action((name: string, _: AddOptions, command: Command) => add(cli, name, command.optsWithGlobals()));
  leaf(users, 'list', 'list the users', ['users list --json']).action((_: CommonOptions, command: Command) =>
    list(cli, command.optsWithGlobals()),
  );
  leaf(users, 'rotate <name>', 'give a user a new token; the old one fails at once', ['users rotate approver']).action(
    (name: string, _: CommonOptions, command: Command) => rotate(cli, name, command.optsWithGlobals()),
  );
  leaf(users, 'revoke <name>', 'revoke a user; they approve nothing from now on', ['users revoke approver']).action(
    (name: string, _: CommonOptions, command: Command) => revoke(cli, name, command.optsWithGlobals()),
  );
}

async function add(cli: Cli, name: string, options: AddOptions): Promise<void> {
  await withOperator(cli, options, async (operator, config) => {
    const { user, token } = await operator.addUser(name, { groups: options.group ?? [] });
    const groups = user.groups.length === 0 ? '' : ` (group ${user.groups.join(', ')})`;
    answer(cli, options, { ...user, token }, () => [
      `User ${user.name} is added${groups}.`,
      ...userTokenLines(commandName(cli.terminal, config.file), token),
    ]);
  });
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const users = await withOperator(cli, options, (operator) => operator.listUsers());
  answer(cli, options, users, () =>
    users.length === 0
      ? ['No users yet. Add one: interlock users add NAME --group GROUP']
      : table(
          ['NAME', 'STATE', 'GROUPS', 'SINCE'],
          users.map((user) => [user.name, user.state, user.groups.join(','), user.createdAt]),
        ),
  );
}

async function rotate(cli: Cli, name: string, options: CommonOptions): Promise<void> {
  await withOperator(cli, options, async (operator, config) => {
    const { user, token } = await operator.rotateUser(name);
    answer(cli, options, { ...user, token }, () => [
      `User ${user.name} has a new token; the old one no longer works.`,
      ...userTokenLines(commandName(cli.terminal, config.file), token),
    ]);
  });
}

async function revoke(cli: Cli, name: string, options: CommonOptions): Promise<void> {
  const user = await withOperator(cli, options, (operator) => operator.revokeUser(name));
  answer(cli, options, user, () => [`User ${user.name} is revoked; they approve nothing from now on.`]);
}
