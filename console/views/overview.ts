// The overview: how many verdicts of which kind over time, what agents do most, and what being judged costs them.

import { countText, STACK, totalsOf } from '../model/chart-scale.ts';
import { type Filters, hashOf } from '../model/filters.ts';
import type { Stats } from '../model/shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Shape, verdictWord } from '../parts/icon.ts';
import { Failure, Loading } from '../parts/states.ts';
import { LatencyChart } from './latency-chart.ts';
import { VerdictChart } from './verdict-chart.ts';

const WINDOWS = ['1h', '24h', '7d'] as const;
/** Seconds that a bar stands for: about fifty bars each. */
const STEPS = { '1h': 60, '24h': 1_800, '7d': 10_800 } as const;

export function Overview({ filters }: { readonly filters: Filters }): View {
  const window = WINDOWS.find((known) => known === filters['window']) ?? '24h';
  const stats = useLoaded<Stats>(`/v1/stats?window=${window}&step=${STEPS[window]}`, 30_000);
  return html`<section class="view" aria-labelledby="overview-title">
    <header class="view-head">
      <h1 id="overview-title">Overview</h1>
      <nav class="switch view-tools" aria-label="Time window">
        ${WINDOWS.map((one) => html`<a href=${hashOf('overview', null, { window: one })} aria-current=${one === window ? 'true' : undefined}>${one}</a>`)}
      </nav>
    </header>
    ${stats.problem === null ? null : html`<${Failure} problem=${stats.problem} onRetry=${stats.reload} />`}
    ${stats.value === null && stats.problem === null ? html`<${Loading} />` : null}
    ${stats.value === null ? null : html`<${Charts} stats=${stats.value} window=${window} />`}
  </section>`;
}

function Charts({ stats, window }: { readonly stats: Stats; readonly window: string }): View {
  const totals = totalsOf(stats.buckets);
  return html`<div class="panels">
    <ul class="tiles" aria-label="Totals">
      ${STACK.map(
        (verdict) => html`<li class="tile"><a href=${hashOf('live', null, { verdict })}>
          <span class="tile-name"><${Shape} verdict=${verdict} />${verdictWord(verdict)}</span>
          <span class="tile-count">${countText(totals[verdict])}</span>
        </a></li>`,
      )}
    </ul>
    <${VerdictChart} buckets=${stats.buckets} window=${window} />
    <${LatencyChart} buckets=${stats.buckets} window=${window} />
    <${Top} title="Actions" name="action" rows=${stats.actions.map(({ action, count, blocked }) => ({ name: action, count, blocked }))} />
    <${Top} title="Agents" name="agent" rows=${stats.agents.map(({ agent, count, blocked }) => ({ name: agent, count, blocked }))} />
  </div>`;
}

interface TopProps {
  readonly title: string;
  readonly name: 'action' | 'agent';
  readonly rows: ReadonlyArray<{ readonly name: string; readonly count: number; readonly blocked: number }>;
}

const MOST = 8;

function Top({ title, name, rows }: TopProps): View {
  const most = Math.max(1, ...rows.map((row) => row.count));
  return html`<section class="panel panel-half">
    <h2>${title}</h2>
    <table class="top">
      <thead><tr><th scope="col">${title.slice(0, -1)}</th><th scope="col" class="visually-hidden">Share</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Blocked</th></tr></thead>
      <tbody>
        ${rows.slice(0, MOST).map(
          (row) => html`<tr>
            <th scope="row"><a href=${hashOf('live', null, { [name]: row.name })}><${AgentText} text=${row.name} /></a></th>
            <td class="top-bar"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
              <rect width=${((100 * row.count) / most).toFixed(1)} height="6" class="bar-all" /><rect width=${((100 * row.blocked) / most).toFixed(1)} height="6" class="bar-blocked" />
            </svg></td>
            <td class="number">${countText(row.count)}</td>
            <td class="number">${row.blocked === 0 ? html`<span class="quiet">0</span>` : countText(row.blocked)}</td>
          </tr>`,
        )}
        ${rows.length === 0 ? html`<tr><td colspan="4" class="quiet">nothing in this window</td></tr>` : null}
      </tbody>
    </table>
  </section>`;
}
