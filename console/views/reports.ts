// Replays that were kept: what a candidate would have decided otherwise about recorded traffic.

import { agoText } from '../model/countdown.ts';
import { hashOf } from '../model/filters.ts';
import type { ReportSummary } from '../model/report-shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { BundleHead } from './bundle-head.ts';
import { ReportPage } from './report-page.ts';

export function Reports({ id }: { readonly id: string | null }): View {
  return id === null ? html`<${List} />` : html`<${ReportPage} key=${id} id=${id} />`;
}

function List(): View {
  const { value, problem, reload } = useLoaded<{ readonly reports: readonly ReportSummary[] }>('/v1/reports');
  const reports = value?.reports ?? [];
  return html`<section class="view view-narrow" aria-labelledby="bundle-title">
    <${BundleHead} view="reports" title="Bundle" />
    ${problem === null ? null : html`<${Failure} problem=${problem} onRetry=${reload} />`}
    ${value === null && problem === null ? html`<${Loading} />` : null}
    ${
      value !== null && reports.length === 0
        ? html`<${Empty} title="No replay is kept"><p><code>interlock policy replay --since 7d --with DIR --keep</code> judges recorded traffic again with a candidate, and shows here what would come out otherwise.</p></${Empty}>`
        : null
    }
    ${reports.length === 0 ? null : html`<${Table} reports=${reports} />`}
  </section>`;
}

function Table({ reports }: { readonly reports: readonly ReportSummary[] }): View {
  return html`<div class="table-wrap"><table class="stacked report-table">
    <caption class="visually-hidden">Replays, newest first</caption>
    <thead><tr><th scope="col">Candidate</th><th scope="col">Made</th><th scope="col" class="number">Judged again</th><th scope="col" class="number">Otherwise</th><th scope="col" class="number">By the candidate</th></tr></thead>
    <tbody>${reports.map(
      ({ id, at, directory, candidate, judged, flips, flipsOfCandidate }) => html`<tr key=${id}>
        <th scope="row"><a href=${hashOf('reports', id)}><${AgentText} text=${directory} /></a> <code class="quiet">${candidate.slice(0, 12)}</code></th>
        <td class="quiet"><time datetime=${at} title=${at}>${agoText(at, Date.now())}</time></td>
        <td class="number">${judged.toLocaleString('en')}<span class="only-phone quiet"> judged</span></td>
        <td class="number">${flips.toLocaleString('en')}<span class="only-phone quiet"> otherwise</span></td>
        <td class="number">${flipsOfCandidate.toLocaleString('en')}<span class="only-phone quiet"> by the candidate</span></td>
      </tr>`,
    )}</tbody>
  </table></div>`;
}
