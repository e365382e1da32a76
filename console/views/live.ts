// The live feed: verdicts as they are made, filtered by what the URL says, and older ones by pages.

import { useEffect, useRef, useState } from 'preact/hooks';
import { fits, MOST_ROWS, withEntry, withOlder } from '../model/feed.ts';
import { type Filters, hashOf } from '../model/filters.ts';
import type { EntryPage, FeedEntry } from '../model/shapes.ts';
import { type Problem, read } from '../parts/api.ts';
import { goTo, useKeys } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { type StreamState, useStream } from '../parts/stream.ts';
import { FeedFilters } from './feed-filters.ts';
import { FeedRow } from './feed-row.ts';

const PAGE = 50;

interface Feed {
  readonly rows: readonly FeedEntry[] | null;
  /** What came while paused, oldest first. */
  readonly held: readonly FeedEntry[];
  readonly next: number | null;
  readonly problem: Problem | null;
}

const NOTHING: Feed = { rows: null, held: [], next: null, problem: null };

export function Live({ filters }: { readonly filters: Filters }): View {
  const [feed, setFeed] = useState<Feed>(NOTHING);
  const [paused, setPaused] = useState(false);
  const [at, setAt] = useState(-1);
  const key = JSON.stringify(filters);
  const wanted = useRef(key);
  wanted.current = key;
  const stream = useStream((entry) => {
    if (!fits(entry, filters)) return;
    setFeed((old) => {
      if (old.rows === null) return old;
      return paused ? { ...old, held: [...old.held, entry].slice(-MOST_ROWS) } : { ...old, rows: withEntry(old.rows, entry) };
    });
  });
  const load = async (before: number | null): Promise<void> => {
    const answer = await read<EntryPage>(`/v1/entries?${queryOf(filters, before)}`);
    if (wanted.current !== key) return;
    setFeed((old) => {
      if (answer.problem !== null) return { ...old, problem: answer.problem };
      return { ...old, rows: withOlder(old.rows ?? [], answer.value.entries), next: answer.value.next, problem: null };
    });
  };
  useEffect(() => {
    setFeed(NOTHING);
    setAt(-1);
    void load(null);
  }, [key]);
  const pause = (): void => {
    setPaused(!paused);
    if (paused) setFeed((old) => ({ ...old, rows: old.held.reduce(withEntry, old.rows ?? []), held: [] }));
  };
  const rows = feed.rows ?? [];
  const move = (step: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, at + step));
    setAt(next);
    document.querySelectorAll<HTMLElement>('.feed-row a.feed-link')[next]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1), p: pause, '/': () => document.getElementById('filter-q')?.focus() });
  return html`<section class="view" aria-labelledby="live-title">
    <header class="view-head">
      <h1 id="live-title">Live</h1>
      <${StreamMark} state=${stream} paused=${paused} held=${feed.held.length} />
      <div class="view-tools"><button type="button" onClick=${pause} aria-pressed=${paused} aria-keyshortcuts="p"><${Sign} name=${paused ? 'play' : 'pause'} />${paused ? 'Go on' : 'Pause'}</button></div>
    </header>
    <${FeedFilters} filters=${filters} onChange=${(changed: Filters) => goTo(hashOf('live', null, changed), true)} />
    ${feed.problem === null ? null : html`<${Failure} problem=${feed.problem} onRetry=${() => void load(null)} />`}
    ${feed.rows === null && feed.problem === null ? html`<${Loading} />` : null}
    ${feed.rows !== null && rows.length === 0 ? html`<${Empty} title="No entry fits"><p>${Object.keys(filters).length === 0 ? 'What agents do appears here.' : 'Take a filter away to see more.'}</p></${Empty}>` : null}
    ${rows.length === 0 ? null : html`<${FeedTable} rows=${rows} filters=${filters} />`}
    ${feed.next !== null ? html`<p class="older"><button type="button" onClick=${() => void load(feed.next)}>Older</button></p>` : null}
  </section>`;
}

function FeedTable({ rows, filters }: { readonly rows: readonly FeedEntry[]; readonly filters: Filters }): View {
  return html`<div class="table-wrap">
    <table class="feed">
      <caption class="visually-hidden">Entries, newest first</caption>
      <thead><tr>
        <th scope="col">Time</th><th scope="col">Verdict</th><th scope="col">Agent</th><th scope="col">Action</th>
        <th scope="col">On</th><th scope="col" class="wide">Reason</th><th scope="col" class="number">Outcome</th>
      </tr></thead>
      <tbody>${rows.map((row) => html`<${FeedRow} key=${row.sequence} entry=${row} filters=${filters} />`)}</tbody>
    </table>
  </div>`;
}

function StreamMark({
  state,
  paused,
  held,
}: {
  readonly state: StreamState;
  readonly paused: boolean;
  readonly held: number;
}): View {
  if (paused) return html`<span class="stream stream-paused" role="status">paused, ${held} new</span>`;
  const words = { connecting: 'connecting', open: 'live', lost: 'connection lost, trying again' };
  return html`<span class=${`stream stream-${state}`} role="status"><i aria-hidden="true" />${words[state]}</span>`;
}

function queryOf(filters: Filters, before: number | null): string {
  const query = new URLSearchParams({ ...filters, limit: String(PAGE) });
  if (before !== null) query.set('before', String(before));
  return query.toString();
}
