// What stands around every view: the way to the others, who is signed in, and the keys.

import { useEffect, useState } from 'preact/hooks';
import { hashOf, type View as ViewName } from '../model/filters.ts';
import type { Session } from '../model/shapes.ts';
import { Dialog } from '../parts/dialog.ts';
import { keysAreOn, turnKeys, useKeys } from '../parts/hooks.ts';
import { type Children, html, type View } from '../parts/html.ts';
import { Brand, Sign, type SignName } from '../parts/icon.ts';
import { Unenforced } from '../parts/unenforced.ts';

interface Way {
  readonly view: ViewName;
  readonly sign: SignName;
  readonly label: string;
  /** On a phone's narrow bar. */
  readonly short: string;
  readonly operators: boolean;
  /** Views that stand below it. */
  readonly below?: readonly ViewName[];
}

const WAYS: readonly Way[] = [
  { view: 'inbox', sign: 'inbox', label: 'Inbox', short: 'Inbox', operators: false },
  { view: 'plans', sign: 'plans', label: 'Plans', short: 'Plans', operators: false },
  { view: 'live', sign: 'live', label: 'Live', short: 'Live', operators: true },
  { view: 'overview', sign: 'overview', label: 'Overview', short: 'Overview', operators: true },
  { view: 'grants', sign: 'grants', label: 'Grants', short: 'Grants', operators: false },
  { view: 'people', sign: 'people', label: 'Agents and users', short: 'People', operators: true },
  {
    view: 'bundle',
    sign: 'bundle',
    label: 'Bundle',
    short: 'Bundle',
    operators: true,
    below: ['history', 'findings', 'coverage', 'reports'],
  },
];

function isAt(way: Way, view: ViewName): boolean {
  return way.view === view || way.below?.includes(view) === true;
}

export interface FrameProps {
  readonly view: ViewName;
  readonly session: Session;
  /** Tickets that this user may decide. */
  readonly count: number;
  readonly onSignOut: () => void;
  readonly children?: Children;
}

export function Frame({ view, session, count, onSignOut, children }: FrameProps): View {
  const [help, setHelp] = useState(false);
  useKeys({ '?': () => setHelp(true) });
  const ways = WAYS.filter((way) => session.operator || !way.operators);
  useEffect(() => {
    const label = WAYS.find((way) => isAt(way, view))?.label ?? 'Exchange';
    document.title = `${count > 0 ? `(${count}) ` : ''}${label} · Interlock`;
  }, [view, count]);
  const skip = (event: Event): void => {
    event.preventDefault();
    document.getElementById('main')?.focus();
  };
  return html`<div class="frame">
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header class="side">
      <a class="brand" href=${hashOf('inbox')}><${Brand} /><span>Interlock</span></a>
      <nav aria-label="Views"><ul class="ways">
        ${ways.map(
          (way) => html`<li><a href=${hashOf(way.view)} aria-current=${isAt(way, view) ? 'page' : undefined}>
            <${Sign} name=${way.sign} /><span class="way-long">${way.label}</span><span class="way-short" aria-hidden="true">${way.short}</span>
            ${way.view === 'inbox' && count > 0 ? html`<span class="badge">${count}<span class="visually-hidden"> to decide</span></span>` : null}
          </a></li>`,
        )}
      </ul></nav>
      <div class="me">
        <span class="me-name" title=${session.groups.join(', ')}>${session.user}</span>
        <button type="button" class="button-quiet me-keys" onClick=${() => setHelp(true)} aria-label="Keyboard help" title="Keyboard help (?)">?</button>
        <button type="button" class="button-quiet" onClick=${onSignOut} aria-label="Sign out" title="Sign out"><${Sign} name="out" /></button>
      </div>
    </header>
    <main id="main" tabindex="-1"><${Unenforced} enforcement=${session.enforcement} />${children}</main>
    ${help ? html`<${Keys} onClose=${() => setHelp(false)} />` : null}
  </div>`;
}

const KEYS: ReadonlyArray<readonly [key: string, does: string]> = [
  ['j / k', 'next, previous'],
  ['Enter', 'open'],
  ['a', 'approve, with a second step'],
  ['d', 'deny, with a second step'],
  ['r', 'revoke a plan, with a second step'],
  ['e', 'choose an edit'],
  ['p', 'pause the live feed'],
  ['/', 'filter'],
  ['Esc', 'close, or back to the list'],
  ['?', 'this help'],
];

function Keys({ onClose }: { readonly onClose: () => void }): View {
  const [on, setOn] = useState(keysAreOn());
  const toggle = (): void => {
    turnKeys(!on);
    setOn(!on);
  };
  return html`<${Dialog} title="Keys" onClose=${onClose}>
    <dl class="keys">${KEYS.map(([key, does]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl>
    <label class="check"><input type="checkbox" checked=${on} onChange=${toggle} /><span>Single keys are on</span></label>
    <div class="dialog-actions"><button type="button" class="button-main" onClick=${onClose}>Close</button></div>
  </${Dialog}>`;
}
