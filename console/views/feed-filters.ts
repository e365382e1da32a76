// The feed's filters: one verdict, and fields to narrow by. What they say stands in the URL.

import { type Filters, withFilter } from '../model/filters.ts';
import type { Verdict } from '../model/shapes.ts';
import { html, type View } from '../parts/html.ts';
import { Shape, verdictWord } from '../parts/icon.ts';

const VERDICTS: readonly Verdict[] = ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'];
const FIELDS: ReadonlyArray<readonly [name: string, label: string, hint: string]> = [
  ['q', 'Text', 'text in path, reason, resource …'],
  ['agent', 'Agent', 'agent'],
  ['action', 'Action', 'action'],
  ['host', 'Host', 'host'],
];
const TYPING_MS = 250;

export interface FeedFiltersProps {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}

let typing: ReturnType<typeof setTimeout> | undefined;

export function FeedFilters({ filters, onChange }: FeedFiltersProps): View {
  const chosen = filters['verdict'];
  const toggle = (verdict: Verdict): void => onChange(withFilter(filters, 'verdict', chosen === verdict ? '' : verdict));
  const type = (name: string) => (event: Event) => {
    const value = event.target instanceof HTMLInputElement ? event.target.value.trim() : '';
    clearTimeout(typing);
    typing = setTimeout(() => onChange(withFilter(filters, name, value)), TYPING_MS);
  };
  return html`<form class="filters" role="search" aria-label="Filter the feed" onSubmit=${(event: Event) => event.preventDefault()}>
    <div class="chips" role="group" aria-label="Verdicts">
      ${VERDICTS.map(
        (verdict) => html`<button type="button" class="chip" aria-pressed=${chosen === verdict} onClick=${() => toggle(verdict)}>
          <${Shape} verdict=${verdict} />${verdictWord(verdict)}
        </button>`,
      )}
    </div>
    <div class="filter-fields">
      ${FIELDS.map(
        ([name, label, hint]) => html`<label class="visually-hidden" for=${`filter-${name}`}>${label}</label>
          <input id=${`filter-${name}`} type="search" placeholder=${hint} value=${filters[name] ?? ''} onInput=${type(name)} spellcheck="false" />`,
      )}
      ${Object.keys(filters).length === 0 ? null : html`<button type="button" class="button-quiet" onClick=${() => onChange({})}>Clear</button>`}
    </div>
  </form>`;
}
