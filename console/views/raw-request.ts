// The request as it came: closed until asked for, as text with every invisible character shown.

import type { TicketView } from '../model/shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { html, type View } from '../parts/html.ts';

export function RawRequest({ ticket }: { readonly ticket: TicketView }): View {
  const { body } = ticket;
  return html`<details class="block raw">
    <summary><h3>Raw request</h3><span class="quiet small">${body === null ? 'no body kept' : `${body.bytes.toLocaleString('en')} bytes`}</span></summary>
    <pre tabindex="0" role="region" aria-label="Raw request"><code><${AgentText} text=${`${ticket.method} ${ticket.host}${ticket.path}`} />${
      body === null ? null : html`${'\n\n'}<${AgentText} text=${body.text} lines escaped />`
    }</code></pre>
    ${body?.truncated === true ? html`<p class="cut">Cut here: the request is longer than what is shown.</p>` : null}
  </details>`;
}
