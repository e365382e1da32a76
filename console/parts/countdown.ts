// The time a ticket has left, as text, and as a bar that empties.

import { durationText, durationWords, secondsLeft, shareLeft, urgencyOf } from '../model/countdown.ts';
import type { Ticket } from '../model/shapes.ts';
import { useNow } from './hooks.ts';
import { html, type View } from './html.ts';

export interface CountdownProps {
  readonly ticket: Pick<Ticket, 'createdAt' | 'expiresAt'>;
  readonly offsetMs: number;
}

export function Countdown({ ticket, offsetMs }: CountdownProps): View {
  const seconds = secondsLeft(ticket.expiresAt, useNow(), offsetMs);
  const share = shareLeft(ticket.createdAt, ticket.expiresAt, seconds);
  const left = seconds === 0 ? 'time is up' : `${durationText(seconds)} left`;
  return html`<span class=${`countdown countdown-${urgencyOf(seconds)}`}>
    <svg class="countdown-bar" viewBox="0 0 48 4" width="48" height="4" aria-hidden="true">
      <rect width="48" height="4" rx="2" class="countdown-rest" />
      <rect width=${(48 * share).toFixed(1)} height="4" rx="2" class="countdown-left" />
    </svg>
    <span class="countdown-text" aria-hidden="true">${left}</span>
    <span class="visually-hidden">${seconds === 0 ? left : `${durationWords(seconds)} left`}</span>
  </span>`;
}
