// How two bundles differ: policies first, then the other files, then the cases.

import type { BundleDiff, FileChange } from '../model/bundle-shapes.ts';
import { hashOf } from '../model/filters.ts';
import { goTo, useKeys, useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { Diff } from './diff.ts';

export interface BundleDiffProps {
  readonly from: string;
  readonly to: string;
}

/** Diffs beyond these are closed at first, so that a large change can be looked over. */
const MOST_OPEN = 12;

export function BundleDiffView({ from, to }: BundleDiffProps): View {
  const query = new URLSearchParams({ from, to });
  const diff = useLoaded<BundleDiff>(`/v1/bundle/diff?${query}`);
  useKeys({ Escape: () => goTo(hashOf('history')) });
  return html`<section class="view view-narrow" aria-labelledby="bundle-title">
    <a class="back-link" href=${hashOf('history')}><${Sign} name="back" />History</a>
    <header class="view-head"><h1 id="bundle-title">What changed</h1>
      <span class="digest"><${Digest} digest=${from} /> → <${Digest} digest=${to} /></span></header>
    ${diff.problem === null ? null : html`<${Failure} problem=${diff.problem} onRetry=${diff.reload} />`}
    ${diff.value === null && diff.problem === null ? html`<${Loading} />` : null}
    ${diff.value === null ? null : html`<${Told} diff=${diff.value} />`}
  </section>`;
}

function Digest({ digest }: { readonly digest: string }): View {
  return html`<a href=${hashOf('history', digest)} title=${digest}><code>${digest.slice(0, 12)}</code></a>`;
}

function Told({ diff }: { readonly diff: BundleDiff }): View {
  const { policies, files, cases, rearranged, omitted } = diff;
  const nothing = policies.length + files.length + cases.length + rearranged.length === 0;
  return html`
    ${nothing ? html`<${Empty} title="They are the same" />` : null}
    ${
      policies.length === 0
        ? null
        : html`<section class="plan-part" aria-labelledby="diff-policies"><h2 id="diff-policies">Policies <span class="count">${policies.length + omitted}</span></h2>
            <div class="policies">${policies.map((policy, i) => html`<${Diff} key=${policy.id} name=${policy.id} change=${policy.change} diff=${policy.diff} open=${i < MOST_OPEN}><code class="small quiet">${policy.file}</code></${Diff}>`)}</div>
            ${omitted === 0 ? null : html`<p class="quiet">and ${omitted} more; <code>interlock policy diff</code> lists them.</p>`}</section>`
    }
    <${Files} id="diff-files" title="Other files" files=${files} open />
    ${rearranged.length === 0 ? null : html`<p class="quiet">Only comments, order or names of files differ in ${rearranged.map((name, i) => html`${i === 0 ? '' : ', '}<code>${name}</code>`)}: nothing is decided otherwise for that.</p>`}
    <${Files} id="diff-cases" title="Cases" files=${cases} open=${false} />`;
}

interface FilesProps {
  readonly id: string;
  readonly title: string;
  readonly files: readonly FileChange[];
  readonly open: boolean;
}

function Files({ id, title, files, open }: FilesProps): View | null {
  if (files.length === 0) return null;
  return html`<section class="plan-part" aria-labelledby=${id}><h2 id=${id}>${title} <span class="count">${files.length}</span></h2>
    <div class="policies">${files.map(({ name, change, diff }) => html`<${Diff} key=${name} name=${name} change=${change} diff=${diff} open=${open} />`)}</div></section>`;
}
