// One action as its meaning: the verb small, the thing that matters big, the rest beneath, and what must not be overlooked.

import { headlineOf } from '../model/headline.ts';
import type { ActionShape } from '../model/shapes.ts';
import { AgentText } from './agent-text.ts';
import { html, type View } from './html.ts';
import { Sign } from './icon.ts';

export interface MeaningProps {
  readonly action: ActionShape;
  /** In the list: one step smaller. */
  readonly small?: boolean;
}

/** Phrases only, so that it may stand in a heading and in a link. */
export function Meaning({ action, small = false }: MeaningProps): View {
  const { verb, big, line } = headlineOf(action);
  return html`<span class=${small ? 'meaning meaning-small' : 'meaning'}>
    <span class="meaning-verb"><${AgentText} text=${verb} /></span>${' '}
    <span class="meaning-big"><${AgentText} text=${big} /></span>${' '}
    ${line === '' ? null : html`<span class="meaning-line"><${AgentText} text=${line} /></span>`}
  </span>`;
}

export function Alarms({ actions }: { readonly actions: readonly ActionShape[] }): View | null {
  const alarms = [...new Set(actions.flatMap((action) => headlineOf(action).alarms))];
  if (alarms.length === 0) return null;
  return html`<ul class="alarms">${alarms.map((alarm) => html`<li><${Sign} name="alarm" />${alarm}</li>`)}</ul>`;
}
