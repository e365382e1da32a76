// Every change of the bundle, newest first: when, how it came, what changed; two of them side by side at their own address.

import { useRef, useState } from 'preact/hooks';
import type { BundleMove, HistoryPage } from '../model/bundle-shapes.ts';
import { changeCounts, gitText, refusedText, whoText } from '../model/bundle-words.ts';
import { agoText } from '../model/countdown.ts';
import { type Filters, hashOf } from '../model/filters.ts';
import { AgentText } from '../parts/agent-text.ts';
import { type Problem, read } from '../parts/api.ts';
import { useKeys, useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { BundleDiffView } from './bundle-diff.ts';
import { BundleHead } from './bundle-head.ts';
import { KeptBundleView } from './kept-bundle.ts';

const PAGE = 30;

export interface BundleHistoryProps {
  /** A digest whose files to show. */
  readonly id: string | null;
  readonly filters: Filters;
}

export function BundleHistory({ id, filters }: BundleHistoryProps): View {
  const { from, to } = filters;
  if (id !== null) return html`<${KeptBundleView} key=${id} digest=${id} filters=${filters} />`;
  return from === undefined || to === undefined
    ? html`<${Moves} />`
    : html`<${BundleDiffView} key=${`${from} ${to}`} from=${from} to=${to} />`;
}

interface Older {
  readonly moves: readonly BundleMove[];
  readonly next: number | null;
  readonly problem: Problem | null;
}

function Moves(): View {
  const first = useLoaded<HistoryPage>(`/v1/bundle/history?limit=${PAGE}`);
  const [older, setOlder] = useState<Older>({ moves: [], next: null, problem: null });
  const next = older.moves.length === 0 && older.next === null ? (first.value?.next ?? null) : older.next;
  const ended = useRef(false);
  const more = async (): Promise<void> => {
    if (next === null || ended.current) return;
    const answer = await read<HistoryPage>(`/v1/bundle/history?limit=${PAGE}&before=${next}`);
    if (answer.problem !== null) return setOlder((old) => ({ ...old, next, problem: answer.problem }));
    ended.current = answer.value.next === null;
    setOlder((old) => ({ moves: [...old.moves, ...answer.value.moves], next: answer.value.next, problem: null }));
  };
  const moves = [...(first.value?.moves ?? []), ...older.moves];
  const at = useRef(-1);
  const step = (by: number): void => {
    const links = document.querySelectorAll<HTMLElement>('.change-ways a:first-of-type');
    at.current = Math.min(links.length - 1, Math.max(0, at.current + by));
    links[at.current]?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  return html`<section class="view view-narrow" aria-labelledby="bundle-title">
    <${BundleHead} view="history" title="Bundle" digest=${first.value?.inForce} />
    ${first.problem === null ? null : html`<${Failure} problem=${first.problem} onRetry=${first.reload} />`}
    ${first.value === null && first.problem === null ? html`<${Loading} />` : null}
    ${first.value !== null && moves.length === 0 ? html`<${Empty} title="Nothing is on record yet" />` : null}
    <ol class="changes">${moves.map((move) => html`<${Change} key=${move.sequence} move=${move} inForce=${first.value?.inForce ?? ''} />`)}</ol>
    ${older.problem === null ? null : html`<${Failure} problem=${older.problem} onRetry=${() => void more()} />`}
    ${next === null || ended.current ? null : html`<p class="older"><button type="button" onClick=${() => void more()}>Older</button></p>`}
  </section>`;
}

const TITLES: Readonly<Record<BundleMove['move'], string>> = {
  loaded: 'Loaded',
  placed: 'Put in place while no gateway ran',
  rejected: 'Rejected',
};

function titleOf({ move, load }: BundleMove): string {
  return move === 'rejected' && load !== null ? 'Refused' : TITLES[move];
}

function Change({ move, inForce }: { readonly move: BundleMove; readonly inForce: string }): View {
  const { load, digest } = move;
  return html`<li class=${`change change-${move.move}`}>
    <span class="change-mark" aria-hidden="true"><${Sign} name=${move.move === 'rejected' ? 'cross' : 'check'} /></span>
    <div class="change-body">
      <p class="change-head">
        <strong>${titleOf(move)}</strong>
        ${digest === null ? null : html`<code title=${digest}>${digest.slice(0, 12)}</code>`}
        ${digest !== null && digest === inForce ? html`<span class="tag tag-good">in force</span>` : null}
        <time class="quiet small" datetime=${move.at} title=${move.at}>${agoText(move.at, Date.now())}</time>
      </p>
      ${load === null ? null : html`<p class="small"><${AgentText} text=${move.move === 'rejected' ? refusedText(load) : whoText(load)} />${load.reason === '' ? null : html`: “<${AgentText} text=${load.reason} />”`}</p>`}
      ${load?.git ? html`<p class="small quiet">git <${AgentText} text=${gitText(load.git)} /></p>` : null}
      ${load?.changes ? html`<${Counts} changes=${load.changes} />` : null}
      ${move.note === '' ? null : html`<p class=${move.move === 'rejected' ? 'small change-note bad' : 'small quiet change-note'}><${AgentText} text=${move.note} lines /></p>`}
      <p class="small change-ways"><${Ways} move=${move} inForce=${inForce} /></p>
    </div>
  </li>`;
}

function Counts({ changes }: { readonly changes: NonNullable<NonNullable<BundleMove['load']>['changes']> }): View {
  const counts = changeCounts(changes);
  return html`<p class="small change-counts">
    ${counts.length === 0 ? html`<span class="quiet">no policy changed</span>` : counts.map(({ sign, word, count }) => html`<span class=${`tag diff-change-${word}`}>${sign}${count} ${word}</span>`)}
    ${changes.files.map((file) => html`<span class="tag"><code><${AgentText} text=${file} /></code></span>`)}
  </p>`;
}

function Ways({ move, inForce }: { readonly move: BundleMove; readonly inForce: string }): View | null {
  const { digest, kept, load } = move;
  // What was refused was never kept, unless it had been in force once.
  if (digest === null || (move.move === 'rejected' && !kept)) return null;
  if (!kept) return html`<span class="quiet">Its files are no longer kept.</span>`;
  const previous = load?.previous ?? null;
  const spoken = html`<span class="visually-hidden"> of ${digest.slice(0, 12)}</span>`;
  const diff = (from: string, to: string): string => hashOf('history', null, { from, to });
  return html`
    ${previous === null || previous === digest ? null : html`<a class="change-link" href=${diff(previous, digest)}>Show what changed<span class="visually-hidden"> in ${digest.slice(0, 12)}</span></a>`}
    <a class="change-link" href=${hashOf('history', digest)}>Show its files${spoken}</a>
    ${digest === inForce || inForce === '' ? null : html`<a class="change-link" href=${diff(digest, inForce)}>Compare with the one in force${spoken}</a>`}`;
}
