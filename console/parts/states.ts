// What a view shows when there is nothing, nothing yet, or something went wrong.

import type { Problem } from './api.ts';
import { type Children, html, type View } from './html.ts';

export function Empty({ title, children }: { readonly title: string; readonly children?: Children }): View {
  return html`<div class="empty"><p class="empty-title">${title}</p>${children}</div>`;
}

export function Loading(): View {
  return html`<div class="loading" role="status"><span class="visually-hidden">Loading</span><i /><i /><i /></div>`;
}

export function Failure({ problem, onRetry }: { readonly problem: Problem; readonly onRetry?: () => void }): View {
  const title =
    problem.status === 403 ? 'This is for operators' : problem.status === 404 ? 'There is nothing here' : 'That did not work';
  return html`<div class="empty" role="alert">
    <p class="empty-title">${title}</p>
    <p>${problem.detail}</p>
    ${problem.hint === null ? null : html`<p class="quiet">${problem.hint}</p>`}
    ${onRetry === undefined ? null : html`<button type="button" onClick=${onRetry}>Try again</button>`}
  </div>`;
}
