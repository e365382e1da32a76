// The drawings of the console: a shape for each verdict, and a few signs. Inline, one colour, no file to load.

import type { Verdict } from '../model/shapes.ts';
import { html, type View } from './html.ts';

const SHAPES: Readonly<Record<Verdict, View>> = {
  ALLOW: html`<circle cx="8" cy="8" r="6" fill="currentColor" />`,
  ALLOW_LOG: html`<g><circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5" /><circle cx="8" cy="8" r="2.75" fill="currentColor" /></g>`,
  CONSTRAIN: html`<g><circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5" /><path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor" /></g>`,
  WAIT: html`<g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"><circle cx="8" cy="8" r="5.25" /><path d="M8 4.75V8l2.25 1.5" /></g>`,
  BLOCK: html`<rect x="2.5" y="2.5" width="11" height="11" rx="1.5" fill="currentColor" />`,
};

const WORDS: Readonly<Record<Verdict, string>> = {
  ALLOW: 'Allow',
  ALLOW_LOG: 'Allow, logged',
  CONSTRAIN: 'Constrain',
  WAIT: 'Wait',
  BLOCK: 'Block',
};

export function verdictWord(verdict: Verdict): string {
  return WORDS[verdict];
}

/** Shape, word and colour: any one of them is enough. */
export function VerdictMark({ verdict }: { readonly verdict: Verdict }): View {
  return html`<span class=${`verdict verdict-${verdict}`}><${Shape} verdict=${verdict} />${WORDS[verdict]}</span>`;
}

export function Shape({ verdict }: { readonly verdict: Verdict }): View {
  return html`<svg class=${`shape verdict-${verdict}`} viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">${SHAPES[verdict]}</svg>`;
}

const SIGNS = {
  inbox: 'M2.5 9.5 4.5 3h7l2 6.5V13h-11V9.5h3.25l1 1.75h2.5l1-1.75h3.25',
  plans: 'M2.500 4l1.250 1.250 2-2.250M2.500 11l1.250 1.250 2-2.250M8 4.500h5.500M8 11.500h5.500M8 8h3.500',
  live: 'M1.5 8.5h3l2-5 3 9 2-4h3',
  overview: 'M2.5 13.5v-5M6.2 13.5v-10M9.8 13.5v-7M13.5 13.5v-3.5',
  grants: 'M5 10.5a3 3 0 1 1 2.6-1.5l5.9.0v2.5h-2v-2.4',
  people: 'M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M3 13.5c.5-3 2.5-4 5-4s4.500 1 5 4',
  bundle: 'M3.500 2.500h6l3 3v8h-9zM9.500 2.500v3h3M5.500 8.500h5M5.500 11h3.500',
  back: 'M9.500 3.500 5 8l4.500 4.500',
  bell: 'M4 11V7a4 4 0 0 1 8 0v4l1 1.250H3zM6.750 14h2.500',
  out: 'M6.500 2.500h-4v11h4M10 5l3 3-3 3M13 8H6',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  play: 'M5 3.500v9L12.500 8z',
  check: 'M3 8.500l3.500 3.500L13 4.500',
  cross: 'M4 4l8 8M12 4l-8 8',
  alarm: 'M8 2.250 14.250 13.250H1.750zM8 6.500v3M8 11.250v.1',
  download: 'M8 2.500v7.500M4.750 7 8 10.250 11.250 7M3 13.250h10',
  next: 'M6.500 3.500 11 8l-4.500 4.500',
} as const;

export type SignName = keyof typeof SIGNS;

export function Sign({ name }: { readonly name: SignName }): View {
  return html`<svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d=${SIGNS[name]} /></svg>`;
}

/** Two links that close. */
export function Brand(): View {
  return html`<svg class="brand-mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
    <rect width="32" height="32" rx="8" class="brand-ground" />
    <path class="brand-links" d="M13 9h-2a7 7 0 0 0 0 14h2M19 9h2a7 7 0 0 1 0 14h-2M11 16h10" />
  </svg>`;
}
