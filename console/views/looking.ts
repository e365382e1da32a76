// Where a look at the bundle stands: not answered, still being worked out, or failed.

import type { Loaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import type { Lookable } from '../parts/looked.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';

export function Looking({ looked }: { readonly looked: Loaded<Lookable> }): View | null {
  const { value, problem, reload } = looked;
  if (problem !== null) return html`<${Failure} problem=${problem} onRetry=${reload} />`;
  if (value === null) return html`<${Loading} />`;
  if (value.state === 'running')
    return html`<${Empty} title="The bundle is being looked over"><p role="status">Beside the traffic, with what CPU is left: a large bundle takes a while. This page goes on by itself.</p></${Empty}>`;
  if (value.state === 'failed')
    return html`<div class="empty" role="alert"><p class="empty-title">That did not work</p><p>${value.problem}</p><button type="button" onClick=${reload}>Try again</button></div>`;
  return null;
}
