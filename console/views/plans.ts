// Plans: what agents were let do ahead of doing it, newest first; one of them in full at its own address.

import { useEffect, useRef, useState } from 'preact/hooks';
import { agoText, durationText, secondsLeft } from '../model/countdown.ts';
import { type Filters, hashOf, withFilter } from '../model/filters.ts';
import { progressText, refreshed } from '../model/plan-progress.ts';
import type { PlanPage as Page, PlanState, PlanSummary } from '../model/plan-shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { type Problem, read } from '../parts/api.ts';
import { useFollowedPlan } from '../parts/followed.ts';
import { goTo, useKeys, useNow } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { PlanPage } from './plan-page.ts';
import { PLAN_WORDS, PlanMark } from './plan-state.ts';

const STATES: readonly PlanState[] = ['waiting', 'accepted', 'completed', 'rejected', 'denied', 'expired', 'revoked'];
const PAGE = 50;
const TYPING_MS = 250;

export interface PlansProps {
  readonly id: string | null;
  readonly filters: Filters;
}

export function Plans({ id, filters }: PlansProps): View {
  return id === null ? html`<${PlanList} filters=${filters} />` : html`<${PlanPage} key=${id} id=${id} filters=${filters} />`;
}

interface Older {
  /** The filters that they were read for. */
  readonly key: string;
  readonly rows: readonly PlanSummary[];
  readonly next: string | null;
  readonly problem: Problem | null;
}

function PlanList({ filters }: { readonly filters: Filters }): View {
  const key = new URLSearchParams({ ...filters, limit: String(PAGE) }).toString();
  const first = useFollowedPlan<Page>(`/v1/plans?${key}`);
  const [older, setOlder] = useState<Older | null>(null);
  const behind = older?.key === key ? older : null;
  const rows = first.value === null ? [] : refreshed(behind?.rows ?? [], first.value);
  const next = behind === null ? (first.value?.next ?? null) : behind.next;
  const wanted = useRef(key);
  wanted.current = key;
  const more = async (): Promise<void> => {
    if (next === null) return;
    const answer = await read<Page>(`/v1/plans?${key}&before=${encodeURIComponent(next)}`);
    if (wanted.current !== key) return;
    setOlder(
      answer.problem === null
        ? { key, rows: [...rows, ...answer.value.plans], next: answer.value.next, problem: null }
        : { key, rows, next, problem: answer.problem },
    );
  };
  const move = useRowKeys(rows.length);
  useKeys({ j: () => move(1), k: () => move(-1), '/': () => document.getElementById('plans-agent')?.focus() });
  return html`<section class="view" aria-labelledby="plans-title">
    <header class="view-head"><h1 id="plans-title">Plans</h1><${PlanFilters} filters=${filters} /></header>
    ${first.problem === null ? null : html`<${Failure} problem=${first.problem} onRetry=${first.reload} />`}
    ${first.value === null && first.problem === null ? html`<${Loading} />` : null}
    ${first.value !== null && rows.length === 0 ? html`<${Nothing} filters=${filters} />` : null}
    ${rows.length === 0 ? null : html`<${PlanTable} plans=${rows} filters=${filters} />`}
    ${behind?.problem ? html`<${Failure} problem=${behind.problem} onRetry=${() => void more()} />` : null}
    ${next === null || rows.length === 0 ? null : html`<p class="older"><button type="button" onClick=${() => void more()}>Older</button></p>`}
  </section>`;
}

function Nothing({ filters }: { readonly filters: Filters }): View {
  return Object.keys(filters).length === 0
    ? html`<${Empty} title="No plan yet"><p>An agent that asks ahead (<code>POST /v1/plans</code>) shows its steps here, before it takes them.</p></${Empty}>`
    : html`<${Empty} title="No plan fits"><p>Take a filter away to see more.</p></${Empty}>`;
}

/** Moves the focus along the rows' links. */
function useRowKeys(count: number): (step: number) => void {
  const at = useRef(-1);
  return (step) => {
    at.current = Math.min(count - 1, Math.max(0, at.current + step));
    document.querySelectorAll<HTMLElement>('.plan-link')[at.current]?.focus();
  };
}

function PlanFilters({ filters }: { readonly filters: Filters }): View {
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(typing.current), []);
  const set = (name: string, value: string): void => goTo(hashOf('plans', null, withFilter(filters, name, value)), true);
  const onState = (event: Event): void => set('state', event.target instanceof HTMLSelectElement ? event.target.value : '');
  const onAgent = (event: Event): void => {
    const value = event.target instanceof HTMLInputElement ? event.target.value.trim() : '';
    clearTimeout(typing.current);
    typing.current = setTimeout(() => set('agent', value), TYPING_MS);
  };
  return html`<form class="view-tools" role="search" aria-label="Filter the plans" onSubmit=${(event: Event) => event.preventDefault()}>
    <label class="visually-hidden" for="plans-state">State</label>
    <select id="plans-state" value=${filters['state'] ?? ''} onChange=${onState}>
      <option value="">every state</option>
      ${STATES.map((state) => html`<option value=${state}>${PLAN_WORDS[state]}</option>`)}
    </select>
    <label class="visually-hidden" for="plans-agent">Agent</label>
    <input id="plans-agent" type="search" placeholder="agent" value=${filters['agent'] ?? ''} onInput=${onAgent} spellcheck="false" />
  </form>`;
}

function PlanTable({ plans, filters }: { readonly plans: readonly PlanSummary[]; readonly filters: Filters }): View {
  const now = useNow(5_000);
  return html`<div class="table-wrap"><table class="stacked plan-table">
    <caption class="visually-hidden">Plans, newest first</caption>
    <thead><tr><th scope="col">Plan</th><th scope="col">State</th><th scope="col">Agent</th><th scope="col">Steps taken</th><th scope="col">Left</th><th scope="col" class="number">Proposed</th></tr></thead>
    <tbody>${plans.map(
      (plan) => html`<tr key=${plan.id}>
        <th scope="row"><a class="plan-link" href=${hashOf('plans', plan.id, filters)}>${plan.title === '' ? html`<code>${plan.id.slice(0, 10)}…</code>` : html`<${AgentText} text=${plan.title} />`}</a></th>
        <td><${PlanMark} state=${plan.state} /></td>
        <td><${AgentText} text=${plan.agent} />${plan.session === null ? null : html`<span class="quiet small"> ${'~'}<${AgentText} text=${plan.session} /></span>`}</td>
        <td><${StepBar} plan=${plan} /></td>
        ${plan.state === 'waiting' || plan.state === 'accepted' ? html`<td>${durationText(secondsLeft(plan.expiresAt, now))}</td>` : html`<td class="quiet no-value">–</td>`}
        <td class="number quiet"><time datetime=${plan.createdAt} title=${plan.createdAt}>${agoText(plan.createdAt, now)}</time></td>
      </tr>`,
    )}</tbody>
  </table></div>`;
}

function StepBar({ plan }: { readonly plan: PlanSummary }): View {
  const share = plan.steps === 0 ? 0 : (72 * plan.taken) / plan.steps;
  return html`<span class="step-bar">
    <svg viewBox="0 0 72 6" width="72" height="6" aria-hidden="true"><rect width="72" height="6" rx="3" class="step-bar-rest" /><rect width=${share.toFixed(1)} height="6" rx="3" class="step-bar-taken" /></svg>
    <span>${progressText(plan)}</span>${plan.unknown ? html`<span class="tag tag-bad">outcome unknown</span>` : null}
  </span>`;
}
