// `interlock tickets watch`: what begins to wait for a person and what is decided, a line each, as it happens.

import type { Ticket } from '../approve/ticket.ts';
import type { OnMove } from '../approve/tickets.ts';
import { InterlockError } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import type { Cli } from './cli.ts';
import { type CommonOptions, withOperator } from './common-options.ts';
import { ticketJson } from './ticket-view.ts';

type Move = Parameters<OnMove>[1];

const MAX_LINE_CHARS = 400;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Until Ctrl-C, or until nobody reads any more. Throws NOT_RUNNING when no gateway runs, or when it ends first. */
export async function watchTickets(cli: Cli, options: CommonOptions): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  const tell: OnMove = (ticket, move) =>
    cli.terminal.out(`${options.json === true ? jsonLine(ticket, move) : line(ticket, move)}\n`);
  for (const signal of SIGNALS) cli.signals.on(signal, stop);
  const unwatch = cli.terminal.whenUnread(stop);
  try {
    await withOperator(cli, options, async (operator) => {
      // On the data folder itself nothing would ever move, and its lock would keep the gateway from starting.
      if (operator.via === 'local') {
        throw new InterlockError('NOT_RUNNING', 'no gateway runs here: without one nothing is opened and nothing is sent', {
          hint: 'Start it with `interlock start`; `interlock tickets list` shows what waits meanwhile.',
        });
      }
      if (options.json !== true) cli.terminal.err('interlock: following the tickets; Ctrl-C ends it.\n');
      await operator.watchTickets(tell, stopped.signal);
    });
  } finally {
    unwatch();
    for (const signal of SIGNALS) cli.signals.off(signal, stop);
  }
}

/** One object a line, with the keys of `tickets show` and `move`. */
function jsonLine(ticket: Ticket, move: Move): string {
  return JSON.stringify({ move, ...ticketJson(ticket) });
}

function line(ticket: Ticket, move: Move): string {
  const { actions, agent, host, id } = ticket;
  const more = actions.length > 1 ? ` and ${actions.length - 1} more` : '';
  const told = details(ticket, move);
  return plainText(
    `${id}  ${move.padEnd(9)}  ${agent}  ${actions[0]?.action ?? ''}${more}  ${host}${told === '' ? '' : `  ${told}`}`,
    MAX_LINE_CHARS,
  );
}

/** What somebody who follows wants to know of this move. */
function details({ waits, approvals, deniedBy, denial, expiresAt, warning, state }: Ticket, move: Move): string {
  switch (move) {
    case 'opened': {
      const groups = [...new Set(waits.flatMap(({ approvers }) => approvers))].join(' or ');
      return `waits for ${groups} until ${expiresAt}${warning === null ? '' : `; ${warning}`}`;
    }
    case 'approved':
      return `by ${approvals.at(-1)?.user ?? 'an approver'}${state === 'pending' ? ', more signatures needed' : ''}`;
    case 'denied':
      return `by ${deniedBy ?? 'an approver'}${denial === null ? '' : `: ${denial}`}`;
    case 'granted':
      return `one later request may go until ${expiresAt}`;
    case 'unknown':
      return 'it went out, and nobody knows what became of it';
    default:
      return '';
  }
}
