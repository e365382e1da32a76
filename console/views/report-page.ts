// One replay: verdicts then and now, and what comes out otherwise by policy, agent, action and day, with examples.

import { countText, STACK } from '../model/chart-scale.ts';
import { hashOf } from '../model/filters.ts';
import type { Report, ReportFlip, ReportGroup } from '../model/report-shapes.ts';
import type { Verdict } from '../model/shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { goTo, useKeys, useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Shape, Sign, VerdictMark, verdictWord } from '../parts/icon.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';

const MOST = 25;

export function ReportPage({ id }: { readonly id: string }): View {
  const report = useLoaded<Report>(`/v1/reports/${encodeURIComponent(id)}`);
  useKeys({ Escape: () => goTo(hashOf('reports')) });
  return html`<section class="view view-narrow" aria-labelledby="report-title">
    <a class="back-link" href=${hashOf('reports')}><${Sign} name="back" />Replays</a>
    <header class="view-head"><h1 id="report-title">Replay</h1></header>
    ${report.problem === null ? null : html`<${Failure} problem=${report.problem} onRetry=${report.reload} />`}
    ${report.value === null && report.problem === null ? html`<${Loading} />` : null}
    ${report.value === null ? null : html`<${Told} kept=${report.value} />`}
  </section>`;
}

function Told({ kept: { directory, report } }: { readonly kept: Report }): View {
  const { candidate, judged, flips, flipsOfCandidate, doubtful, skipped, since, until } = report;
  const figures: ReadonlyArray<readonly [number, string]> = [
    [flips, 'come out otherwise'],
    [flipsOfCandidate, 'because of the candidate'],
    [doubtful, 'hang on facts that are not on record whole'],
    [skipped, 'were not for policies to decide'],
  ];
  return html`<p class="quiet">The bundle in <code><${AgentText} text=${directory} /></code> (<code title=${candidate}>${candidate.slice(0, 12)}</code>) asked about ${judged.toLocaleString('en')} recorded verdicts${
    since === null
      ? null
      : html`, from <time>${since.slice(0, 16).replace('T', ' ')}</time> to <time>${(until ?? '').slice(0, 16).replace('T', ' ')}</time>`
  }. Nothing was sent, and nothing was changed.</p>
    <ul class="report-figures" aria-label="Figures">${figures.map(([value, what]) => html`<li><strong>${value.toLocaleString('en')}</strong> <span>${what}</span></li>`)}</ul>
    <section class="panel" aria-labelledby="report-verdicts"><h2 id="report-verdicts">Verdicts then and now</h2>
      <${Strip} label="as recorded" counts=${report.before} /><${Strip} label="candidate" counts=${report.after} /></section>
    ${flips === 0 ? html`<${Empty} title="Not one comes out otherwise" />` : null}
    <${Groups} id="by-policy" title="By the policy that decides now" groups=${report.byPolicy} />
    <${Groups} id="by-agent" title="By agent" groups=${report.byAgent} />
    <${Groups} id="by-action" title="By action" groups=${report.byAction} />
    ${report.byDay.length > 1 ? html`<${Groups} id="by-day" title="By day" groups=${report.byDay} />` : null}
    <p class="small quiet">“Because of the candidate”: the bundle in force then still decided as it is on record. Teams, groups and entities are those of the time of the replay.</p>`;
}

function Strip({ label, counts }: { readonly label: string; readonly counts: Readonly<Record<Verdict, number>> }): View {
  const total = Math.max(
    1,
    STACK.reduce((sum, verdict) => sum + counts[verdict], 0),
  );
  let x = 0;
  const parts = STACK.filter((verdict) => counts[verdict] > 0).map((verdict) => {
    const width = (1_000 * counts[verdict]) / total;
    x += width;
    return html`<rect class=${`slice verdict-${verdict}`} x=${(x - width).toFixed(1)} width=${width.toFixed(1)} height="24" />`;
  });
  return html`<figure class="report-strip"><figcaption class="small quiet">${label}</figcaption>
    <svg viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>
    <ul class="legend">${STACK.filter((verdict) => counts[verdict] > 0).map((verdict) => html`<li class="legend-item"><${Shape} verdict=${verdict} />${verdictWord(verdict)} <strong>${counts[verdict].toLocaleString('en')}</strong></li>`)}</ul></figure>`;
}

interface GroupsProps {
  readonly id: string;
  readonly title: string;
  readonly groups: readonly ReportGroup[];
}

function Groups({ id, title, groups }: GroupsProps): View | null {
  if (groups.length === 0) return null;
  const most = Math.max(1, ...groups.map(({ flips }) => flips));
  return html`<section class="panel" aria-labelledby=${id}><h2 id=${id}>${title}</h2>
    <div class="report-groups">${groups.slice(0, MOST).map((group) => html`<${Group} key=${group.key} group=${group} most=${most} />`)}</div>
    ${groups.length > MOST ? html`<p class="small quiet">and ${groups.length - MOST} more</p>` : null}</section>`;
}

function Group({ group: { key, flips, moves, examples }, most }: { readonly group: ReportGroup; readonly most: number }): View {
  return html`<details class="report-group">
    <summary>
      <code class="report-key"><${AgentText} text=${key} /></code>
      <svg class="report-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width=${((100 * flips) / most).toFixed(1)} height="8" /></svg>
      <strong class="number">${countText(flips)}</strong>
      <span class="small quiet report-moves">${Object.entries(moves).map(([move, count]) => html`<span>${move}: ${count.toLocaleString('en')}</span>`)}</span>
    </summary>
    <div class="table-wrap" tabindex="0" role="region" aria-label=${`Examples of ${key}`}><table class="stacked report-examples">
      <thead><tr><th scope="col">Entry</th><th scope="col">Agent</th><th scope="col">Action</th><th scope="col">Then</th><th scope="col">Now</th><th scope="col">Why</th></tr></thead>
      <tbody>${examples.map((flip) => html`<${Example} flip=${flip} />`)}</tbody>
    </table></div>
  </details>`;
}

function Example({ flip }: { readonly flip: ReportFlip }): View {
  const { entry, time, agent, action, resource, from, to, reason, cause, doubts } = flip;
  return html`<tr>
    <td><span class="number">${entry}</span><br /><time class="quiet report-time" datetime=${time}>${time.slice(0, 16).replace('T', ' ')}</time></td>
    <td><${AgentText} text=${agent} /></td>
    <td><code>${action}</code><br /><span class="quiet"><${AgentText} text=${resource} /></span></td>
    <td><${VerdictMark} verdict=${from} /></td>
    <td><span class="only-phone quiet">→ </span><${VerdictMark} verdict=${to} /></td>
    <td class="report-why"><${AgentText} text=${reason} />${cause === 'elsewhere' ? html` <span class="quiet">The bundle in force decided otherwise too.</span>` : null}${doubts.map((doubt) => html` <span class="bad">Not sure: <${AgentText} text=${doubt} />.</span>`)}</td>
  </tr>`;
}
