// A bundle that was in force, file by file, each line with an address of its own.

import { useEffect } from 'preact/hooks';
import type { KeptBundle, KeptFile } from '../model/bundle-shapes.ts';
import { type Filters, hashOf } from '../model/filters.ts';
import { type SourcePage, sourcePage } from '../model/source-words.ts';
import { AgentText } from '../parts/agent-text.ts';
import { goTo, useKeys, useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { SourceLine } from '../parts/source-line.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';

export interface KeptBundleProps {
  /** As much of it as is unique. */
  readonly digest: string;
  readonly filters: Filters;
}

export function KeptBundleView({ digest, filters }: KeptBundleProps): View {
  const kept = useLoaded<KeptBundle>(`/v1/bundle/history/${encodeURIComponent(digest)}`);
  useKeys({ Escape: () => goTo(hashOf('history')) });
  const line = /^\d{1,7}$/.test(filters['line'] ?? '') ? Number(filters['line']) : null;
  return html`<section class="view" aria-labelledby="bundle-title">
    <a class="back-link" href=${hashOf('history')}><${Sign} name="back" />History</a>
    <header class="view-head"><h1 id="bundle-title">Files of a bundle</h1>
      <code class="digest" title=${kept.value?.digest ?? digest}>${digest.slice(0, 12)}</code>
      ${kept.value?.inForce ? html`<span class="tag tag-good">in force</span>` : null}</header>
    ${kept.problem === null ? null : html`<${Failure} problem=${kept.problem} onRetry=${kept.reload} />`}
    ${kept.value === null && kept.problem === null ? html`<${Loading} />` : null}
    ${kept.value === null ? null : html`<${Files} kept=${kept.value} digest=${digest} name=${filters['file'] ?? null} line=${line} />`}
  </section>`;
}

interface FilesProps {
  readonly kept: KeptBundle;
  readonly digest: string;
  /** Null: the first that holds policies. */
  readonly name: string | null;
  readonly line: number | null;
}

function Files({ kept, digest, name, line }: FilesProps): View {
  const { files, cases } = kept;
  const policies = files.filter((file) => file.name.endsWith('.cedar'));
  const others = files.filter((file) => !file.name.endsWith('.cedar'));
  const all = [...policies, ...others, ...cases];
  const shown = name === null ? all[0] : all.find((file) => file.name === name);
  const choose = (event: Event): void => {
    if (event.target instanceof HTMLSelectElement) goTo(hashOf('history', digest, { file: event.target.value }));
  };
  return html`<div class="kept">
    <p class="kept-choice"><label class="visually-hidden" for="kept-file">File</label><select id="kept-file" onChange=${choose} value=${shown?.name}>
      ${shown === undefined ? html`<option value="">choose a file</option>` : null}
      <${Options} label="Policies" files=${policies} /><${Options} label="Other files" files=${others} /><${Options} label="Cases" files=${cases} />
    </select></p>
    ${
      shown === undefined
        ? html`<${Empty} title="This bundle has no such file"><p><code><${AgentText} text=${name ?? ''} /></code></p></${Empty}>`
        : html`<${Source} key=${shown.name} file=${shown} line=${line} digest=${digest} policies=${kept.policies.filter(({ file }) => file === shown.name)} />`
    }
  </div>`;
}

function Options({ label, files }: { readonly label: string; readonly files: readonly KeptFile[] }): View | null {
  if (files.length === 0) return null;
  return html`<optgroup label=${label}>${files.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`)}</optgroup>`;
}

interface SourceProps {
  readonly file: KeptFile;
  readonly line: number | null;
  readonly digest: string;
  readonly policies: KeptBundle['policies'];
}

function Source({ file: { name, text }, line, digest, policies }: SourceProps): View {
  const page = sourcePage(text, line);
  const at = (number: number): string => hashOf('history', digest, { file: name, line: String(number) });
  const step = (by: number): void => {
    const next = line === null ? page.first : line + by;
    if (next >= 1 && next <= page.total) goTo(at(next), true);
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  useEffect(() => {
    document.querySelector('.source-line-marked')?.scrollIntoView({ block: 'nearest' });
  }, [name, line]);
  return html`
    ${policies.length < 2 ? null : html`<${Policies} policies=${policies} at=${at} />`}
    ${
      text === ''
        ? html`<${Empty} title="This file is empty" />`
        : html`<div class="policy">
      <pre tabindex="0" role="region" aria-label=${`Text of ${name}`}><code>${page.lines.map(
        (one, i) =>
          html`<${SourceLine} name=${name} text=${one} number=${page.first + i} marked=${page.first + i === line} href=${at(page.first + i)} />`,
      )}</code></pre>
    </div>`
    }
    <${Pages} page=${page} at=${at} />`;
}

interface PlacesProps {
  readonly policies: KeptBundle['policies'];
  readonly at: (line: number) => string;
}

const MOST_NAMED = 200;

function Policies({ policies, at }: PlacesProps): View {
  return html`<details class="kept-policies"><summary>Its policies <span class="count">${policies.length}</span></summary>
    <ul>${policies.slice(0, MOST_NAMED).map(({ id, line }) => html`<li key=${id}><a href=${at(line)}><code><${AgentText} text=${id} /></code></a></li>`)}</ul>
    ${policies.length > MOST_NAMED ? html`<p class="small quiet">and ${policies.length - MOST_NAMED} more</p>` : null}
  </details>`;
}

function Pages({ page, at }: { readonly page: SourcePage; readonly at: (line: number) => string }): View | null {
  const { earlier, later, first, lines, total } = page;
  if (earlier === null && later === null) return null;
  return html`<p class="kept-pages small"><span class="quiet">Lines ${first} to ${first + lines.length - 1} of ${total}</span>
    ${earlier === null ? null : html`<a href=${at(earlier)}>Earlier lines</a>`} ${later === null ? null : html`<a href=${at(later)}>Later lines</a>`}</p>`;
}
