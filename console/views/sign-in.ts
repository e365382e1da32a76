// Sign-in: a token, or the organisation's own provider when the gateway has one.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Session, SignIn as SignInShape } from '../model/shapes.ts';
import { ask } from '../parts/api.ts';
import { useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Brand } from '../parts/icon.ts';
import { Unenforced } from '../parts/unenforced.ts';

export interface SignInProps {
  /** What the provider's way back said, or why the last session ended. */
  readonly said: string | null;
  readonly onSession: (session: Session) => void;
}

export function SignIn({ said, onSession }: SignInProps): View {
  const ways = useLoaded<SignInShape>('/v1/sign-in').value;
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(said);
  const [busy, setBusy] = useState(false);
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? '';
    if (token === '') return setProblem('Paste your token first.');
    setBusy(true);
    const answer = await ask<Session>('POST', '/v1/session', { token });
    setBusy(false);
    if (answer.value !== null) return onSession(answer.value);
    const { status, detail } = answer.problem ?? { status: 0, detail: 'The gateway does not answer.' };
    setProblem(status === 401 ? 'This token is not valid. It may have been rotated or revoked.' : detail);
    field.current?.select();
    return undefined;
  };
  return html`<main class="sign-in">
    <${Unenforced} enforcement=${ways?.enforcement} />
    <div class="sign-in-card">
      <div class="sign-in-head"><${Brand} /><h1>Interlock</h1></div>
      <p class="quiet">Sign in to decide what agents may do.</p>
      ${
        ways?.oidc
          ? html`<a class="button button-main" href=${ways.oidc.url}>Sign in with ${ways.oidc.name}</a>
              <p class="sign-in-or"><span>or</span></p>`
          : null
      }
      <form onSubmit=${submit} novalidate>
        <label for="token">Approver token</label>
        <input ref=${field} id="token" name="token" type="password" autocomplete="current-password" spellcheck="false"
          aria-describedby=${problem === null ? 'token-hint' : 'token-problem'} aria-invalid=${problem !== null} onInput=${() => setProblem(null)} />
        ${problem === null ? null : html`<p class="field-problem" id="token-problem" role="alert">${problem}</p>`}
        <p class="quiet small" id="token-hint">Printed once by <code>interlock users add NAME</code>.</p>
        <button type="submit" class=${ways?.oidc ? '' : 'button-main'} disabled=${busy}>${busy ? 'Signing in …' : 'Sign in'}</button>
      </form>
    </div>
  </main>`;
}
