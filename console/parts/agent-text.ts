// Text that came from an agent: as text, with what is invisible or changes direction shown as an escape.

import { runsOf, runsOfEscaped } from '../model/plain-text.ts';
import { html, type View } from './html.ts';

export interface AgentTextProps {
  readonly text: string;
  /** Keeps line ends and tabs, for bodies. */
  readonly lines?: boolean;
  /** The gateway escaped it already. */
  readonly escaped?: boolean;
}

export function AgentText({ text, lines = false, escaped = false }: AgentTextProps): View {
  return html`<bdi>${(escaped ? runsOfEscaped : runsOf)(text, lines).map((run) =>
    run.escaped ? html`<span class="escape" title="invisible character">${run.text}</span>` : run.text,
  )}</bdi>`;
}
