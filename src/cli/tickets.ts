// `interlock tickets`: what waits for a person, and that person's answer.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { MAX_DENIAL_CHARS } from '../approve/ticket.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, group, leaf, withOperator } from './common-options.ts';
import { usage } from './failure.ts';
import { table } from './table.ts';
import { ticketJson, ticketLines } from './ticket-view.ts';
import { watchTickets } from './ticket-watch.ts';

interface ListOptions extends CommonOptions {
  readonly state?: string;
  readonly agent?: string;
}

interface DecideOptions extends CommonOptions {
  readonly token?: string;
  readonly edit?: string;
  readonly scope?: boolean;
  readonly reason?: string;
}

const STATES = ['pending', 'approved', 'denied', 'expired', 'spent'];

export function registerTickets(program: Command, cli: Cli): void {
  const tickets = group(
    program,
    'tickets',
    'list, show, watch, approve and deny what waits for a person',
    'tickets list --state pending',
  );
  leaf(tickets, 'list', 'list tickets, newest first', ['tickets list --state pending'])
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--agent <name>', 'only those of this agent')
    .action((_: ListOptions, command: Command) => list(cli, command.optsWithGlobals()));
  leaf(tickets, 'show <id>', 'show one ticket: what would be sent, and who may approve it', ['tickets show t_EXAMPLE']).action(
    (id: string, _: CommonOptions, command: Command) => show(cli, id, command.optsWithGlobals()),
  );
  leaf(tickets, 'watch', 'follow what is opened and decided, a line each, until Ctrl-C (--json: one object a line)', [
    'tickets watch',
    'tickets watch --json',
  ]).action((_: CommonOptions, command: Command) => watchTickets(cli, command.optsWithGlobals()));
  for (const decision of ['approve', 'deny'] as const) {
    const summary =
      decision === 'approve'
        ? 'approve a ticket: the action is sent, or may be sent once'
        : 'deny a ticket: the action is refused';
    const deciding = leaf(tickets, `${decision} <id>`, summary, [
      `tickets ${decision} t_EXAMPLE --token TOKEN${decision === 'deny' ? ' --reason "not before the audit"' : ''}`,
    ])
      .option('--token <token>', "an approver's token (default: $INTERLOCK_TOKEN, which other users of this machine can't see)")
      .action((id: string, _: DecideOptions, command: Command) => decide(cli, id, decision, command.optsWithGlobals()));
    if (decision === 'approve') {
      deciding
        .option('--edit <name>', 'approve this offer of the ticket instead of the request as it is')
        .option('--scope', 'approve later requests like it too, as far as the ticket says');
    } else {
      deciding.option('--reason <text>', 'why, in one line: the agent is told, and it is kept with the ticket', reasonText);
    }
  }
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const filter = {
    ...(options.state === undefined ? {} : { state: options.state }),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
  };
  const tickets = await withOperator(cli, options, (operator) => operator.listTickets(filter));
  const newest = tickets.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  answer(cli, options, newest.map(ticketJson), () =>
    newest.length === 0
      ? ['No tickets.']
      : table(
          ['ID', 'STATE', 'AGENT', 'ACTION', 'HOST', 'OPENED'],
          newest.map((ticket) => [
            ticket.id,
            ticket.state,
            ticket.agent,
            ticket.actions[0]?.action ?? '',
            ticket.host,
            ticket.createdAt,
          ]),
        ),
  );
}

async function show(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const ticket = await withOperator(cli, options, (operator) => operator.showTicket(id));
  answer(cli, options, ticketJson(ticket), () => ticketLines(ticket));
}

async function decide(cli: Cli, id: string, decision: 'approve' | 'deny', options: DecideOptions): Promise<void> {
  const token = options.token ?? cli.terminal.env['INTERLOCK_TOKEN'];
  if (token === undefined || token === '')
    throw usage(`to ${decision} a ticket takes an approver's token`, 'Give it in INTERLOCK_TOKEN or with --token.');
  const said = {
    ...(options.edit === undefined ? {} : { edit: options.edit }),
    ...(options.scope === undefined ? {} : { scope: options.scope }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
  const given = Object.keys(said).length === 0 ? undefined : said;
  const ticket = await withOperator(cli, options, (operator) => operator.decideTicket(id, decision, token, given));
  answer(cli, options, ticketJson(ticket), () => ticketLines(ticket));
}

/** Cut silently, the agent would be told half of it. */
function reasonText(text: string): string {
  if (text.trim() === '' || text.length > MAX_DENIAL_CHARS)
    throw new InvalidArgumentError(`Expected 1 to ${MAX_DENIAL_CHARS} characters.`);
  return text;
}
