// One line of a file as people read it: its number, light colours, and nothing in it that hides or turns the text around it.

import { runsOf } from '../model/plain-text.ts';
import { sourceWords } from '../model/source-words.ts';
import { html, type View } from './html.ts';

export interface SourceLineProps {
  /** The file's name: it says how the line is coloured. */
  readonly name: string;
  readonly text: string;
  readonly number: number;
  readonly marked: boolean;
  /** Where a link to this very line leads. */
  readonly href?: string;
}

/** INVARIANT: a comment that turns the reading direction does not show a policy as another one than it is (threat D4). */
export function SourceLine({ name, text, number, marked, href }: SourceLineProps): View {
  const place =
    href === undefined
      ? html`<span class="source-number" aria-hidden="true">${number}</span>`
      : // Not in the tab order: a file has thousands, and j and k reach them all.
        html`<a class="source-number" tabindex="-1" href=${href} aria-label=${`Line ${number}`}>${number}</a>`;
  return html`<span class=${marked ? 'source-line source-line-marked' : 'source-line'}>${marked ? html`<span class="visually-hidden">found here: </span>` : null}${place}${sourceWords(
    name,
    text,
  ).map((word) =>
    word.kind === 'plain'
      ? html`<${Shown} text=${word.text} />`
      : html`<span class=${`word-${word.kind}`}><${Shown} text=${word.text} /></span>`,
  )}${'\n'}</span>`;
}

function Shown({ text }: { readonly text: string }): View {
  return html`${runsOf(text, true).map((run) => (run.escaped ? html`<span class="escape" title="invisible character">${run.text}</span>` : run.text))}`;
}
