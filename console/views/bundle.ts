// The bundle in force: its policies' text, and how it came to be.

import { useEffect } from 'preact/hooks';
import { agoText } from '../model/countdown.ts';
import { type Filters, hashOf, withFilter } from '../model/filters.ts';
import type { BundleMove, Bundle as BundleShape } from '../model/shapes.ts';
import { goTo, useKeys, useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { PolicySource } from './policy-source.ts';
import { ShadowFlips } from './shadow-flips.ts';

export interface BundleProps {
  /** A policy to open, by its id. */
  readonly id: string | null;
  readonly filters: Filters;
}

export function Bundle({ id, filters }: BundleProps): View {
  const bundle = useLoaded<BundleShape>('/v1/bundle');
  useEffect(() => {
    if (id !== null) document.getElementById(`policy-${id}`)?.scrollIntoView({ block: 'center' });
  }, [id, bundle.value]);
  useKeys({ '/': () => document.getElementById('bundle-q')?.focus() });
  const wanted = filters['q']?.toLowerCase() ?? '';
  const policies = (bundle.value?.policies ?? []).filter((policy) =>
    `${policy.id}\n${policy.text}`.toLowerCase().includes(wanted),
  );
  const onSearch = (event: Event): void =>
    goTo(
      hashOf('bundle', null, withFilter(filters, 'q', event.target instanceof HTMLInputElement ? event.target.value : '')),
      true,
    );
  return html`<section class="view" aria-labelledby="bundle-title">
    <header class="view-head">
      <h1 id="bundle-title">Bundle in force</h1>
      ${bundle.value === null ? null : html`<code class="digest" title=${bundle.value.digest}>${bundle.value.digest.slice(0, 12)}</code>`}
      <div class="view-tools"><label class="visually-hidden" for="bundle-q">Find a policy</label>
        <input id="bundle-q" type="search" placeholder="find a policy" value=${filters['q'] ?? ''} onInput=${onSearch} /></div>
    </header>
    ${bundle.problem === null ? null : html`<${Failure} problem=${bundle.problem} onRetry=${bundle.reload} />`}
    ${bundle.value === null && bundle.problem === null ? html`<${Loading} />` : null}
    ${bundle.value?.lastError ? html`<div class="warning" role="alert"><p><strong>The newest change is not in force.</strong> The last good bundle serves on.</p><pre tabindex="0" role="region" aria-label="What is wrong">${bundle.value.lastError.message}</pre></div>` : null}
    <${ShadowFlips} />
    <div class="bundle">
      <div class="policies">
        ${policies.map((policy) => html`<${PolicySource} key=${policy.id} policy=${policy} open=${policy.id === id} />`)}
        ${bundle.value !== null && policies.length === 0 ? html`<${Empty} title="No policy fits" />` : null}
      </div>
      ${bundle.value === null ? null : html`<${History} moves=${bundle.value.history} />`}
    </div>
  </section>`;
}

function History({ moves }: { readonly moves: readonly BundleMove[] }): View {
  return html`<aside class="panel history" aria-labelledby="history-title">
    <h2 id="history-title">History</h2>
    <ol class="moves moves-tall">
      ${moves.map(
        (move) => html`<li>
          <span class=${move.move === 'rejected' ? 'bad' : ''}>${move.move} ${move.digest === null ? null : html`<code>${move.digest.slice(0, 12)}</code>`}</span>
          <time class="quiet small" datetime=${move.at} title=${move.at}>${agoText(move.at, Date.now())}</time>
          ${move.note === '' ? null : html`<span class="small quiet">${move.note}</span>`}
        </li>`,
      )}
    </ol>
  </aside>`;
}
