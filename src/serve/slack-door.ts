// Slack, where it is configured, and what the log is told of it.

import type { Logger } from 'pino';
import type { SlackDoor, SlackOptions } from '../approve/slack.ts';
import type { Config } from '../config/config.ts';

/** Null: not configured. */
export async function openSlackDoor(
  config: Config['slack'],
  rooms: Omit<SlackOptions, 'config' | 'onEvent'>,
  log: Logger,
): Promise<SlackDoor | null> {
  if (config === null) return null;
  // Loaded only where it is wanted: the client of Slack's API is large.
  const { openSlack } = await import('../approve/slack.ts');
  return openSlack({
    ...rooms,
    config,
    onEvent(event) {
      if (event.kind === 'up') log.info('Slack answers again');
      else if (event.kind === 'down')
        log.warn({ cause: event.cause }, 'Slack can not be reached: approve in the console meanwhile');
      else log.warn({ cause: event.cause }, 'a card could not be shown in Slack');
    },
  });
}
