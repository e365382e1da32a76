// One row of the feed.

import { millisText } from '../model/chart-scale.ts';
import { type Filters, hashOf, withFilter } from '../model/filters.ts';
import { plainLine } from '../model/plain-text.ts';
import type { FeedEntry } from '../model/shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { html, type View } from '../parts/html.ts';
import { VerdictMark } from '../parts/icon.ts';

export function FeedRow({ entry, filters }: { readonly entry: FeedEntry; readonly filters: Filters }): View {
  const time = new Date(entry.time);
  const clock = time.toLocaleTimeString('en', { hour12: false });
  const narrowed = (name: string, value: string): string => hashOf('live', null, withFilter(filters, name, value));
  return html`<tr class=${`feed-row ${entry.verdict === null ? 'feed-other' : ''}`}>
    <td class="feed-time"><time datetime=${entry.time} title=${time.toLocaleString('en')}>${
      entry.exchange === null
        ? clock
        : html`<a class="feed-link" href=${hashOf('story', entry.exchange)} aria-label=${`Story of entry ${entry.sequence}, ${clock}`}>${clock}</a>`
    }</time></td>
    <td class="feed-verdict">${entry.verdict === null ? html`<span class="tag">${entry.type}</span>` : html`<${VerdictMark} verdict=${entry.verdict} />${entry.enforced ? null : html` <span class="tag">not enforced</span>`}`}</td>
    <td class="feed-agent">${entry.agent === null ? html`<span class="quiet">–</span>` : html`<a href=${narrowed('agent', entry.agent)}><${AgentText} text=${entry.agent} /></a>`}</td>
    <td class="feed-action">${entry.actions.slice(0, 2).map((name) => html`<code>${name}</code>${' '}`)}${entry.actions.length > 2 ? html`<span class="quiet">+${entry.actions.length - 2}</span>` : null}</td>
    <td class="feed-on">${
      entry.type === 'ticket' && entry.ticket !== null
        ? html`<a href=${hashOf('inbox', entry.ticket)}>open the ticket</a>`
        : html`<span class="clip" title=${plainLine(targetOf(entry))}><${AgentText} text=${targetOf(entry)} /></span>`
    }</td>
    <td class="feed-reason wide"><span class="clip" title=${plainLine(entry.reason ?? '')}><${AgentText} text=${entry.reason ?? ''} /></span></td>
    <td class="feed-outcome number"><${OutcomeText} entry=${entry} /></td>
  </tr>`;
}

function OutcomeText({ entry }: { readonly entry: FeedEntry }): View | null {
  if (entry.result === null && entry.status === null) return null;
  if (entry.type !== 'verdict') return html`<span class="quiet"><${AgentText} text=${entry.result ?? ''} /></span>`;
  return html`<span class=${entry.result === 'sent' || entry.result === 'refused' ? 'quiet' : 'bad'}>
    ${entry.status ?? entry.result}${entry.durationMs === null ? null : html` · ${millisText(entry.durationMs)}`}
  </span>`;
}

function targetOf(entry: FeedEntry): string {
  const { host, path, method, resource } = entry;
  if (host === null) return resource ?? '';
  return `${method === null ? '' : `${method} `}${host}${path ?? ''}`;
}
