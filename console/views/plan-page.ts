// One plan: its steps in order with what took each and when, how long it stays in force, and the way to end it.

import { useState } from 'preact/hooks';
import { durationText, secondsLeft } from '../model/countdown.ts';
import { type Filters, hashOf } from '../model/filters.ts';
import { groupsOf } from '../model/plan-progress.ts';
import type { PlanMove, PlanView } from '../model/plan-shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { ask } from '../parts/api.ts';
import { Dialog } from '../parts/dialog.ts';
import { useFollowedPlan } from '../parts/followed.ts';
import { goTo, useKeys, useNow } from '../parts/hooks.ts';
import { type Children, html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { notify } from '../parts/notices.ts';
import { Failure, Loading } from '../parts/states.ts';
import { PlanMark } from './plan-state.ts';
import { Step } from './plan-step.ts';

export interface PlanPageProps {
  readonly id: string;
  readonly filters: Filters;
}

export function PlanPage({ id, filters }: PlanPageProps): View {
  const path = `/v1/plans/${encodeURIComponent(id)}`;
  const plan = useFollowedPlan<PlanView>(path, id);
  const [asking, setAsking] = useState(false);
  const back = hashOf('plans', null, filters);
  const mayRevoke = plan.value?.mayRevoke === true;
  useKeys({ Escape: () => goTo(back), r: () => setAsking(mayRevoke) });
  const revoke = async (): Promise<void> => {
    setAsking(false);
    const answer = await ask('POST', `${path}/revoke`, {});
    notify(answer.problem === null ? 'good' : 'bad', answer.problem?.detail ?? 'Revoked. Nothing more goes by this plan.');
    plan.reload();
  };
  return html`<section class="view view-narrow" aria-labelledby="plan-title">
    <a class="back-link" href=${back}><${Sign} name="back" />Plans</a>
    ${plan.problem === null ? null : html`<${Failure} problem=${plan.problem} onRetry=${plan.reload} />`}
    ${plan.value === null && plan.problem === null ? html`<${Loading} />` : null}
    ${plan.value === null ? null : html`<${Told} plan=${plan.value} onRevoke=${() => setAsking(true)} />`}
    ${
      asking && plan.value !== null
        ? html`<${Dialog} title="Revoke this plan?" onClose=${() => setAsking(false)}>
            <div class="dialog-what">
              <p class="strong"><${Title} plan=${plan.value} /></p>
              <p class="quiet">of <${AgentText} text=${plan.value.agent} /></p>
            </div>
            <p>No further step goes by it. Requests of this agent are judged by themselves again; what is on its way already stays so.</p>
            <div class="dialog-actions">
              <button type="button" autofocus onClick=${() => setAsking(false)}>Cancel</button>
              <button type="button" class="button-deny" onClick=${() => void revoke()}>Revoke it</button>
            </div>
          </${Dialog}>`
        : null
    }
  </section>`;
}

function Title({ plan }: { readonly plan: PlanView }): View {
  return plan.title === '' ? html`<span>Plan <code>${plan.id}</code></span>` : html`<${AgentText} text=${plan.title} />`;
}

function Told({ plan, onRevoke }: { readonly plan: PlanView; readonly onRevoke: () => void }): View {
  return html`<header class="view-head plan-head">
      <h1 id="plan-title"><${Title} plan=${plan} /></h1>
      <span role="status"><${PlanMark} state=${plan.state} /></span>
      ${plan.mayRevoke ? html`<div class="view-tools"><button type="button" class="button-deny-soft" onClick=${onRevoke} aria-keyshortcuts="r">Revoke <kbd>r</kbd></button></div>` : null}
    </header>
    <${About} plan=${plan} />
    <section aria-labelledby="steps-title" class="plan-part">
      <h2 id="steps-title">Steps</h2>
      <ol class="plan-steps">
        ${groupsOf(plan.steps).map(({ anyOrder, steps }) =>
          anyOrder
            ? html`<li class="plan-group"><p class="plan-any small quiet">In any order</p><ol class="plan-steps">${steps.map((step) => html`<${Step} key=${step.step} step=${step} state=${plan.state} />`)}</ol></li>`
            : steps.map((step) => html`<${Step} key=${step.step} step=${step} state=${plan.state} />`),
        )}
      </ol>
    </section>
    <section aria-labelledby="moves-title" class="plan-part">
      <h2 id="moves-title">On record</h2>
      <ol class="moves">${plan.moves.map((move) => html`<li key=${move.sequence}><time class="quiet" datetime=${move.at} title=${move.at}>${clock(move.at)}</time><span><${Move} move=${move} /></span></li>`)}</ol>
    </section>`;
}

function About({ plan }: { readonly plan: PlanView }): View {
  const rows: ReadonlyArray<readonly [string, Children]> = [
    ['Agent', html`<${AgentText} text=${plan.agent} />`],
    ['For', plan.user === null ? null : html`<${AgentText} text=${plan.user} />`],
    ['Session', plan.session === null ? null : html`<${AgentText} text=${plan.session} />`],
    ['Proposed', html`<time datetime=${plan.createdAt} title=${plan.createdAt}>${clock(plan.createdAt)}</time>`],
    ['Time', html`<${TimeLeft} plan=${plan} />`],
    ['Approved by', plan.approvals.length === 0 ? null : [...new Set(plan.approvals.map(({ user }) => user))].join(', ')],
    ['Ended by', plan.endedBy],
    ['Ticket', plan.ticket === null ? null : html`<a href=${hashOf('inbox', plan.ticket)}>open it</a>`],
  ];
  return html`<dl class="facts facts-row plan-about">${rows.map(([label, value]) => (value === null ? null : html`<div><dt>${label}</dt><dd><span>${value}</span></dd></div>`))}</dl>
    ${plan.note === '' ? null : html`<p class="ticket-end"><${AgentText} text=${plan.note} /></p>`}`;
}

function TimeLeft({ plan }: { readonly plan: PlanView }): View {
  const left = secondsLeft(plan.expiresAt, useNow());
  if (plan.state === 'accepted') return html`<span>${left === 0 ? 'is up' : `${durationText(left)} left`}</span>`;
  if (plan.state === 'waiting')
    return html`<span>${durationText(left)} to decide, then ${durationText(plan.lifetimeSeconds)} to run</span>`;
  return html`<span class="quiet">ended</span>`;
}

function Move({ move }: { readonly move: PlanMove }): View {
  const what = `${move.step === null ? '' : `step ${move.step} `}${move.move}`;
  const who = `${move.by === null ? '' : ` by ${move.by}`}${move.channel === null || move.channel === 'proxy' ? '' : ` (${move.channel})`}`;
  return html`<span>${
    move.exchange === null ? `${what}${who}` : html`<a href=${hashOf('story', move.exchange)}>${what}</a>${who}`
  }${move.note === '' ? null : html`: <${AgentText} text=${move.note} />`}</span>`;
}

function clock(at: string): string {
  return new Date(at).toLocaleTimeString('en', { hour12: false });
}
