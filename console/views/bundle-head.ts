// The head of each page about the bundle: what it is, and the ways between them.

import { hashOf, type View as ViewName } from '../model/filters.ts';
import { type Children, html, type View } from '../parts/html.ts';

const TABS: ReadonlyArray<readonly [view: ViewName, label: string]> = [
  ['bundle', 'Policies'],
  ['history', 'History'],
  ['findings', 'Findings'],
  ['coverage', 'Coverage'],
  ['reports', 'Replays'],
];

export interface BundleHeadProps {
  readonly view: ViewName;
  readonly title: string;
  readonly digest?: string | undefined;
  readonly children?: Children;
}

export function BundleHead({ view, title, digest, children }: BundleHeadProps): View {
  return html`<header class="view-head">
    <h1 id="bundle-title">${title}</h1>
    ${digest === undefined ? null : html`<code class="digest" title=${digest}>${digest.slice(0, 12)}</code>`}
    <nav class="switch tabs" aria-label="The bundle">
      ${TABS.map(([tab, label]) => html`<a href=${hashOf(tab)} aria-current=${tab === view ? 'true' : undefined}>${label}</a>`)}
    </nav>
    ${children === undefined ? null : html`<div class="view-tools">${children}</div>`}
  </header>`;
}
