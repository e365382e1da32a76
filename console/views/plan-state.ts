// Where a plan and its steps stand: a sign, a word and a colour, any one of them enough.

import type { Standing } from '../model/plan-progress.ts';
import type { Fate, PlanState } from '../model/plan-shapes.ts';
import { html, type View } from '../parts/html.ts';
import { Sign, type SignName } from '../parts/icon.ts';

export const PLAN_WORDS: Readonly<Record<PlanState, string>> = {
  waiting: 'Waiting for people',
  accepted: 'In force',
  completed: 'Completed',
  rejected: 'Rejected',
  denied: 'Denied',
  expired: 'Expired',
  revoked: 'Revoked',
};

const PLAN_SIGNS: Readonly<Record<PlanState, SignName>> = {
  waiting: 'bell',
  accepted: 'play',
  completed: 'check',
  rejected: 'cross',
  denied: 'cross',
  expired: 'pause',
  revoked: 'cross',
};

export function PlanMark({ state }: { readonly state: PlanState }): View {
  return html`<span class=${`state plan-state-${state}`}><${Sign} name=${PLAN_SIGNS[state]} />${PLAN_WORDS[state]}</span>`;
}

export const STANDING: Readonly<Record<Standing, readonly [word: string, sign: SignName | null]>> = {
  done: ['Done', 'check'],
  sent: ['On its way', 'live'],
  unknown: ['Sent, no answer came', 'alarm'],
  refused: ['Refused by the other side', 'cross'],
  next: ['May come now', 'next'],
  later: ['Not yet', null],
  blocked: ['Blocked', 'cross'],
  unused: ['Not taken', null],
};

export const FATES: Readonly<Record<Fate, string>> = {
  sent: 'on its way',
  confirmed: 'confirmed',
  unknown: 'sent, and no answer came',
  refused: 'refused by the other side',
};
