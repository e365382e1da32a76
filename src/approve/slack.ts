// Sign-off in Slack as one: secrets, cards, clicks and the signature gate before them.

import type { People } from '../decide/people.ts';
import type { SlackConfig } from '../config/config.ts';
import { InterlockError } from '../errors.ts';
import type { Directory } from '../identify/directory.ts';
import type { Ledger, StateStore } from '../record/ledger.ts';
import { readPrivateFile } from '../record/private-file.ts';
import { openSlackCards } from './slack-cards.ts';
import { createSlackApi } from './slack-client.ts';
import { createSlackClicks } from './slack-clicks.ts';
import { readInteraction } from './slack-interaction.ts';
import type { SlackCounts } from './slack-queue.ts';
import { showInSlack } from './slack-show.ts';
import { createSignatureGate, type SignatureCheck, type SignedRequest } from './slack-signature.ts';
import type { OpenTicketBook } from './ticket-book.ts';

/** What the house wants to log. */
export type SlackEvent =
  | { readonly kind: 'down'; readonly cause: string }
  | { readonly kind: 'up' }
  | { readonly kind: 'dropped'; readonly cause: string };

export interface SlackOptions {
  readonly config: SlackConfig;
  readonly ledger: Pick<Ledger, 'append'> & Pick<StateStore, 'list'>;
  readonly tickets: OpenTicketBook;
  readonly directory: Pick<Directory, 'user'>;
  readonly people: People;
  readonly fetch: typeof fetch;
  readonly onEvent: (event: SlackEvent) => void;
  readonly now?: () => number;
  /** Tests wait less. */
  readonly firstWaitMs?: number;
}

export interface SlackDoor {
  /**
   * Takes an interaction as it came. `genuine` is answered at once with 200; the work goes on behind it, because Slack waits three seconds
   * and a decision is written to disk first. Anything else changes nothing.
   */
  receive(request: SignedRequest): SignatureCheck;
  counts(): Readonly<SlackCounts>;
  close(): void;
}

/** Clicks under way at once. */
const MAX_WORKING = 100;

/** Slack need not be up. Throws CONFIG_INVALID or KEY_EXPOSED for a secret that can't be used. */
export async function openSlack(options: SlackOptions): Promise<SlackDoor> {
  const { config, tickets, directory, people, onEvent, now = Date.now } = options;
  const token = readSecret('slack.botTokenFile', config.botTokenFile);
  const gate = createSignatureGate(readSecret('slack.signingSecretFile', config.signingSecretFile), now);
  const api = createSlackApi({ token, apiUrl: config.apiUrl, fetch: options.fetch });
  const cards = await openSlackCards({
    ledger: options.ledger,
    isKnown: (ticket) => tickets.get(ticket) !== undefined,
    now,
  });
  const show = showInSlack({
    api,
    tickets,
    cards,
    channels: config.channels,
    publicUrl: config.publicUrl,
    now,
    counts: { sent: 0, retried: 0, dropped: 0 },
    onOutage: (cause) => onEvent(cause === null ? { kind: 'up' } : { kind: 'down', cause }),
    onDropped: (cause) => onEvent({ kind: 'dropped', cause }),
    ...(options.firstWaitMs === undefined ? {} : { firstWaitMs: options.firstWaitMs }),
  });
  const clicks = createSlackClicks({
    api,
    cards,
    tickets,
    people,
    mayDecide(name, ticket) {
      const user = directory.user(name);
      return user !== undefined && tickets.mayDecide(user, ticket);
    },
  });
  let working = 0;
  return {
    receive(request) {
      if (working >= MAX_WORKING) return 'busy';
      const check = gate.check(request);
      if (check !== 'genuine') return check;
      const interaction = readInteraction(request.body.toString('utf8'));
      if (interaction === null) return 'genuine';
      working += 1;
      void clicks.handle(interaction).finally(() => (working -= 1));
      return 'genuine';
    },
    counts: () => show.counts,
    close: show.close,
  };
}

/** The one line of a file that only the gateway's user may read. Never shown, also not when it is wrong (threat D14). */
function readSecret(key: string, path: string): string {
  const content = readPrivateFile(path);
  if (content === null) throw new InterlockError('CONFIG_INVALID', `${key}: there is no file ${path}`);
  const secret = content.toString('utf8').trim();
  if (!/^[\x21-\x7e]{16,512}$/.test(secret))
    throw new InterlockError('CONFIG_INVALID', `${key}: ${path} does not hold one secret in one line`);
  return secret;
}
