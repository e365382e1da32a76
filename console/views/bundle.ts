// The bundle in force: its policies' text, and what those in shadow would decide otherwise.

import { useEffect } from 'preact/hooks';
import { type Filters, hashOf, withFilter } from '../model/filters.ts';
import type { Bundle as BundleShape } from '../model/shapes.ts';
import { goTo, useKeys, useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { BundleHead } from './bundle-head.ts';
import { PolicySource } from './policy-source.ts';
import { ShadowFlips } from './shadow-flips.ts';

export interface BundleProps {
  /** A policy to open, by its id. */
  readonly id: string | null;
  readonly filters: Filters;
}

export function Bundle({ id, filters }: BundleProps): View {
  const bundle = useLoaded<BundleShape>('/v1/bundle');
  const line = /^\d{1,6}$/.test(filters['line'] ?? '') ? Number(filters['line']) : null;
  useEffect(() => {
    if (id === null) return;
    const policy = document.getElementById(`policy-${id}`);
    (policy?.querySelector('.source-line-marked') ?? policy)?.scrollIntoView({ block: 'center' });
  }, [id, line, bundle.value]);
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
    <${BundleHead} view="bundle" title="Bundle" digest=${bundle.value?.digest}>
      <label class="visually-hidden" for="bundle-q">Find a policy</label>
      <input id="bundle-q" type="search" placeholder="find a policy" value=${filters['q'] ?? ''} onInput=${onSearch} />
    </${BundleHead}>
    ${bundle.problem === null ? null : html`<${Failure} problem=${bundle.problem} onRetry=${bundle.reload} />`}
    ${bundle.value === null && bundle.problem === null ? html`<${Loading} />` : null}
    ${bundle.value?.lastError ? html`<div class="warning" role="alert"><p><strong>The newest change is not in force.</strong> The last good bundle serves on.</p><pre tabindex="0" role="region" aria-label="What is wrong">${bundle.value.lastError.message}</pre></div>` : null}
    <${ShadowFlips} />
    <div class="policies">
        ${policies.map((policy) => html`<${PolicySource} key=${policy.id} policy=${policy} open=${policy.id === id} line=${policy.id === id ? line : null} />`)}
        ${bundle.value !== null && policies.length === 0 ? html`<${Empty} title="No policy fits" />` : null}
    </div>
  </section>`;
}
