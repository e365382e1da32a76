// Which policies the bundle's own cases show deciding, and how often each decided traffic: what nothing shows comes first.

import { coveredPolicies, type CoveredPolicy } from '../model/bundle-words.ts';
import type { Coverage as Shape, FileCoverage } from '../model/bundle-shapes.ts';
import { countText } from '../model/chart-scale.ts';
import { hashOf } from '../model/filters.ts';
import type { Bundle } from '../model/shapes.ts';
import { useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { useLooked } from '../parts/looked.ts';
import { BundleHead } from './bundle-head.ts';
import { Looking } from './looking.ts';

export function Coverage(): View {
  const looked = useLooked<Shape>('/v1/bundle/coverage');
  const bundle = useLoaded<Bundle>('/v1/bundle');
  const { value } = looked;
  const coverage = value?.state === 'ready' ? value.coverage : null;
  return html`<section class="view view-narrow" aria-labelledby="bundle-title">
    <${BundleHead} view="coverage" title="Bundle" digest=${value?.digest} />
    <${Looking} looked=${looked} />
    ${
      value === null || coverage === null
        ? null
        : html`<div class="covered">
            <p class="covered-sum"><strong>${coverage.percent} %</strong> <span>${coverage.decided} of ${coverage.policies} policies decide at least one of ${value.cases} cases</span></p>
            <${Files} files=${coverage.files} />
          </div>
          ${bundle.value === null ? null : html`<${Policies} policies=${coveredPolicies(value, bundle.value.policies)} />`}`
    }
  </section>`;
}

function Files({ files }: { readonly files: readonly FileCoverage[] }): View {
  return html`<ul class="covered-files">${files.map(
    ({ file, decided, policies, percent }) => html`<li>
      <code>${file}</code>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="6" class="step-bar-rest" /><rect width=${percent} height="6" class=${percent === 100 ? 'step-bar-taken' : 'covered-part'} /></svg>
      <span class="number">${decided} of ${policies}</span>
    </li>`,
  )}</ul>`;
}

const SHOWN = 200;

function Policies({ policies }: { readonly policies: readonly CoveredPolicy[] }): View {
  return html`<div class="table-wrap"><table class="stacked covered-table">
    <caption class="visually-hidden">Policies in force, those that nothing shows deciding first</caption>
    <thead><tr><th scope="col">Policy</th><th scope="col">File</th><th scope="col">In a case</th><th scope="col" class="number">Decided in 7 days</th></tr></thead>
    <tbody>${policies.slice(0, SHOWN).map(
      ({ id, file, covered, live }) => html`<tr key=${id}>
        <th scope="row"><a href=${hashOf('bundle', id)}><code>${id}</code></a></th>
        <td class="quiet"><code>${file}</code></td>
        <td>${covered ? html`<span class="mark good"><${Sign} name="check" />yes</span>` : html`<span class="mark bad"><${Sign} name="cross" />no case</span>`}</td>
        <td class="number">${live === 0 ? html`<span class="quiet">never<span class="only-phone"> decided in 7 days</span></span>` : html`${countText(live)}<span class="only-phone quiet"> decided in 7 days</span>`}</td>
      </tr>`,
    )}</tbody>
  </table></div>
  ${policies.length > SHOWN ? html`<p class="quiet">and ${policies.length - SHOWN} more</p>` : null}`;
}
