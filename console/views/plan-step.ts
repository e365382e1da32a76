// One step of a plan: what it may do and how far that may differ, the verdict before, and what has taken it.

import { hashOf } from '../model/filters.ts';
import { boundRows, patternText, type Standing, standingOf } from '../model/plan-progress.ts';
import type { PlanPattern, PlanState, PlanStep } from '../model/plan-shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { Facts } from '../parts/facts.ts';
import { html, type View } from '../parts/html.ts';
import { Sign, VerdictMark } from '../parts/icon.ts';
import { FATES, STANDING } from './plan-state.ts';

export function Step({ step, state }: { readonly step: PlanStep; readonly state: PlanState }): View {
  const standing = standingOf(step, state);
  const [first] = step.patterns;
  const title = step.title === '' && first !== undefined ? patternText(first) : step.title;
  return html`<li class=${`plan-step plan-step-${standing}`}>
    <${Mark} step=${step.step} standing=${standing} />
    <div class="plan-step-body">
      <div class="plan-step-head">
        <h3 class="plan-step-title"><span class="visually-hidden">Step ${step.step}: </span><${AgentText} text=${title} /></h3>
        <span class="plan-standing">${STANDING[standing][0]}</span>
      </div>
      <ul class="plan-patterns">${step.patterns.map((pattern) => html`<${Pattern} pattern=${pattern} told=${step.title === '' && pattern === first} />`)}</ul>
      <p class="small plan-manner">
        ${step.exact ? html`<span class="tag">exactly as written</span>` : null}
        ${step.optional ? html`<span class="tag">optional</span>` : null}
        ${step.times > 1 ? html`<span class="tag">${step.uses.length} of up to ${step.times} times</span>` : null}
      </p>
      <${Before} step=${step} />
      ${step.uses.length === 0 ? null : html`<${Uses} step=${step} />`}
    </div>
  </li>`;
}

/** The number stays beside the sign: it is what the record speaks of. */
function Mark({ step, standing }: { readonly step: number; readonly standing: Standing }): View {
  const [, sign] = STANDING[standing];
  return html`<span class="plan-mark" aria-hidden="true">${sign === null ? step : html`<${Sign} name=${sign} />`}</span>`;
}

/** `told`: the step's title says it already. */
function Pattern({ pattern, told }: { readonly pattern: PlanPattern; readonly told: boolean }): View {
  const bounds = boundRows(pattern);
  return html`<li>
    <details class="raw"><summary><span class="plan-what">${told ? null : html`<span><${AgentText} text=${patternText(pattern)} /></span>`}<span class="small quiet"><code>${pattern.action}</code> on ${pattern.resource.type} <${AgentText} text=${pattern.resource.id} /></span></span></summary>
      <${Facts} facts=${pattern.facts} />
    </details>
    ${
      bounds.length === 0
        ? null
        : html`<dl class="facts plan-bounds" aria-label="How far it may differ">${bounds.map(({ label, text }) => html`<div><dt>${label}</dt><dd><span><${AgentText} text=${text} /></span></dd></div>`)}</dl>`
    }
  </li>`;
}

function Before({ step }: { readonly step: PlanStep }): View {
  const who = [...new Set(step.waits.flatMap((wait) => wait.approvers))].join(', ');
  return html`<div class="plan-before small">
    <${VerdictMark} verdict=${step.verdict} />
    <span>${step.policies.length === 0 ? html`<span class="quiet">no policy permits it</span>` : step.policies.map((id) => html`<a href=${hashOf('bundle', id)}><code>${id}</code></a>${' '}`)}
      ${step.reason === '' ? null : html`<span class="quiet"><${AgentText} text=${step.reason} /></span>`}
      ${who === '' ? null : html`<span class="quiet"> (${who})</span>`}</span>
  </div>`;
}

function Uses({ step }: { readonly step: PlanStep }): View {
  return html`<ul class="plan-uses small" aria-label="Taken by">${step.uses.map(
    (
      use,
    ) => html`<li><time datetime=${use.at} title=${use.at}>${new Date(use.at).toLocaleTimeString('en', { hour12: false })}</time>
      <a href=${hashOf('story', use.exchange)}>exchange <code>${use.exchange.slice(0, 12)}</code></a>
      <span class=${use.fate === 'unknown' || use.fate === 'refused' ? 'bad' : 'quiet'}>${FATES[use.fate]}</span></li>`,
  )}</ul>`;
}
