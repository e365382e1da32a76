// One exchange's whole story, top to bottom: who, what, by which policies, the verdict, the ticket, the outcome, and the proof.

import { millisText } from '../model/chart-scale.ts';
import { differenceOf } from '../model/difference.ts';
import { hashOf } from '../model/filters.ts';
import type { Story as StoryShape } from '../model/shapes.ts';
import { entryText, headOf, type Outcome, outcomeOf, provenEntry, type StoryHead, ticketMoves } from '../model/story-steps.ts';
import { AgentText } from '../parts/agent-text.ts';
import { Difference, Facts } from '../parts/facts.ts';
import { useLoaded } from '../parts/hooks.ts';
import { type Children, html, type View } from '../parts/html.ts';
import { Sign, VerdictMark } from '../parts/icon.ts';
import { Alarms, Meaning } from '../parts/meaning.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { PolicySource } from './policy-source.ts';

export function Story({ id }: { readonly id: string | null }): View {
  const story = useLoaded<StoryShape>(id === null ? null : `/v1/exchanges/${encodeURIComponent(id)}`);
  return html`<section class="view view-narrow" aria-labelledby="story-title">
    <header class="view-head"><h1 id="story-title">Exchange ${id === null ? null : html`<code><${AgentText} text=${id} /></code>`}</h1></header>
    ${id === null ? html`<${Empty} title="Choose an exchange in the live feed" />` : null}
    ${story.problem === null ? null : html`<${Failure} problem=${story.problem} onRetry=${story.reload} />`}
    ${id !== null && story.value === null && story.problem === null ? html`<${Loading} />` : null}
    ${story.value === null ? null : html`<${Steps} story=${story.value} />`}
  </section>`;
}

function Steps({ story }: { readonly story: StoryShape }): View {
  const head = headOf(story);
  const outcome = outcomeOf(story);
  const moves = ticketMoves(story);
  return html`<ol class="steps">
    ${head === null ? html`<${Step} title="Refused before it was known"><p class="quiet">No verdict is on record for it.</p></${Step}>` : html`<${HeadSteps} head=${head} story=${story} />`}
    ${
      moves.length === 0
        ? null
        : html`<${Step} title="Ticket">
            <ol class="moves">${moves.map((move) => html`<li><time class="quiet" datetime=${move.at}>${clock(move.at)}</time><span>${move.text}${move.note === '' ? null : html`: <${AgentText} text=${move.note} />`}</span></li>`)}</ol>
            ${head?.ticket ? html`<p class="small"><a href=${hashOf('inbox', head.ticket)}>Open the ticket</a></p>` : null}
          </${Step}>`
    }
    ${outcome === null ? html`<${Step} title="Outcome"><p class="quiet">None on record yet.</p></${Step}>` : html`<${OutcomeStep} outcome=${outcome} />`}
    <${Proof} story=${story} />
  </ol>`;
}

function Step({ title, children }: { readonly title: string; readonly children?: Children }): View {
  return html`<li class="step"><h2>${title}</h2>${children}</li>`;
}

function HeadSteps({ head, story }: { readonly head: StoryHead; readonly story: StoryShape }): View {
  const who: ReadonlyArray<readonly [string, string | null]> = [
    ['Agent', head.agent],
    ['For', head.user],
    ['Session', head.session],
    ['Made on behalf of', head.cause],
  ];
  return html`
    <${Step} title="Who"><dl class="facts facts-row">${who.map(([label, value]) => (value === null ? null : html`<div><dt>${label}</dt><dd><span><${AgentText} text=${value} /></span></dd></div>`))}</dl></${Step}>
    <${Step} title="What it would do">
      ${head.actions.map(
        (action) =>
          html`<div class="story-action"><${Meaning} action=${action} /><p class="small quiet"><code>${action.action}</code></p><${Facts} facts=${action.facts} /></div>`,
      )}
      <${Alarms} actions=${head.actions} />
    </${Step}>
    <${Step} title="Policies that decided">
      ${story.policies.map((policy) => html`<${PolicySource} policy=${policy} open />${policy.inForce ? null : html`<p class="small bad">Another bundle was loaded since: this text may not be the one that judged.</p>`}`)}
      ${story.policies.length === 0 ? html`<p class="quiet">No policy permits it: what nothing permits is blocked.</p>` : null}
    </${Step}>
    <${Step} title="Verdict">
      <p class="story-verdict">${head.verdict === null ? null : html`<${VerdictMark} verdict=${head.verdict} />`}<span><${AgentText} text=${head.reason} /></span></p>
      ${head.enforced ? null : html`<p class="bad">Not enforced: it went out as it came. This is what would have been.</p>`}
      ${head.substitute.length === 0 ? null : html`<h3>Changed before it was sent</h3><${Difference} changes=${differenceOf(head.actions, head.substitute)} />`}
      ${head.bundle === null ? null : html`<p class="small quiet">bundle <a href=${hashOf('history', head.bundle)}><code>${head.bundle.slice(0, 12)}</code></a></p>`}
    </${Step}>`;
}

function OutcomeStep({ outcome }: { readonly outcome: Outcome }): View {
  const words: Readonly<Record<string, string>> = {
    sent: 'Sent, and answered',
    refused: 'Refused by Interlock',
    failed: 'It broke before an answer',
    unknown: 'Sent, and no answer came: whether it took effect is not known',
  };
  return html`<${Step} title="Outcome">
    <p>${words[outcome.result] ?? outcome.result}${outcome.status === null ? '' : ` with status ${outcome.status}`}${outcome.durationMs === null ? '' : `, after ${millisText(outcome.durationMs)}`}.</p>
    <p class="small quiet">${outcome.requestBytes.toLocaleString('en')} bytes out, ${outcome.responseBytes.toLocaleString('en')} bytes back</p>
    ${outcome.error === null ? null : html`<p class="bad"><${AgentText} text=${outcome.error} /></p>`}
  </${Step}>`;
}

function Proof({ story }: { readonly story: StoryShape }): View {
  const { chain, signature } = story.verified;
  return html`<${Step} title="On the ledger">
    <ul class="checks">
      <li class=${chain ? 'good' : 'bad'}><${Sign} name=${chain ? 'check' : 'cross'} />${chain ? 'The chain holds: each entry has the hash of the one before' : 'The chain is broken here'}</li>
      <li class=${signature ? 'good' : 'bad'}><${Sign} name=${signature ? 'check' : 'cross'} />${signature ? 'Signed by this gateway' : 'The signature does not fit'}</li>
    </ul>
    <${Download} sequence=${provenEntry(story)} />
    <div class="table-wrap" tabindex="0" role="region" aria-label="Its entries"><table class="ledger">
      <thead><tr><th scope="col" class="number">No.</th><th scope="col">Time</th><th scope="col">Entry</th><th scope="col">Previous hash</th><th scope="col">Proof</th></tr></thead>
      <tbody>${story.entries.map(
        ({
          entry,
          verified,
        }) => html`<tr><td class="number">${entry.sequence}</td><td>${clock(entry.time)}</td><td><${AgentText} text=${entryText(entry)} /></td><td><code>${entry.previous.slice(0, 16)}…</code></td>
          <td class=${verified.chain && verified.signature ? 'good' : 'bad'}>${verified.chain && verified.signature ? 'verified' : 'not verified'}</td></tr>`,
      )}</tbody>
    </table></div>
    ${story.entries.map(({ entry }) => html`<details class="raw"><summary><span class="small">Entry ${entry.sequence} as it is stored</span></summary><pre tabindex="0" role="region" aria-label=${`Entry ${entry.sequence}`}><code><${AgentText} text=${JSON.stringify(entry, null, 2)} lines /></code></pre></details>`)}
  </${Step}>`;
}

function Download({ sequence }: { readonly sequence: number | null }): View | null {
  if (sequence === null) return null;
  return html`<div class="story-proof">
    <a class="button" href=${`/v1/entries/${sequence}/proof`} download><${Sign} name="download" />Download the proof</a>
    <p class="small quiet">Entry ${sequence} with what belongs to it, the text of its bundle and a signed checkpoint, and no hidden value. Who knows the ledger's key checks it offline: <code>interlock ledger verify-proof FILE --public-key KEY</code></p>
  </div>`;
}

function clock(at: string): string {
  return new Date(at).toLocaleTimeString('en', { hour12: false });
}
