// The console as a whole: who is signed in, where they are, and what is shown there.

import { useEffect, useState } from 'preact/hooks';
import { hashOf } from './model/filters.ts';
import type { Session } from './model/shapes.ts';
import { ask, setCsrf, whenSignedOut } from './parts/api.ts';
import { goTo, usePlace } from './parts/hooks.ts';
import { html, type View } from './parts/html.ts';
import { Notices } from './parts/notices.ts';
import { usePending } from './parts/pending.ts';
import { Failure, Loading } from './parts/states.ts';
import type { Problem } from './parts/api.ts';
import { Bundle } from './views/bundle.ts';
import { BundleHistory } from './views/bundle-history.ts';
import { Coverage } from './views/coverage.ts';
import { Findings } from './views/findings.ts';
import { Frame } from './views/frame.ts';
import { Grants } from './views/grants.ts';
import { Inbox } from './views/inbox.ts';
import { Live } from './views/live.ts';
import { Overview } from './views/overview.ts';
import { People } from './views/people.ts';
import { Plans } from './views/plans.ts';
import { Reports } from './views/reports.ts';
import { SignIn } from './views/sign-in.ts';
import { Story } from './views/story.ts';

type Who =
  | { readonly kind: 'asking' }
  | { readonly kind: 'nobody'; readonly said: string | null }
  | { readonly kind: 'somebody'; readonly session: Session };

export function App(): View {
  const [who, setWho] = useState<Who>({ kind: 'asking' });
  const [down, setDown] = useState<Problem | null>(null);
  const place = usePlace();
  const settle = (session: Session): void => {
    setCsrf(session.csrf);
    setWho({ kind: 'somebody', session });
    if (place.view === 'sign-in') goTo(hashOf('inbox'));
  };
  const start = async (): Promise<void> => {
    setDown(null);
    const answer = await ask<Session>('GET', '/v1/session');
    if (answer.value !== null) settle(answer.value);
    else if (answer.problem?.status === 401) setWho({ kind: 'nobody', said: place.filters['error'] ?? null });
    else setDown(answer.problem);
  };
  const end = async (): Promise<void> => {
    await ask('DELETE', '/v1/session');
    setWho({ kind: 'nobody', said: null });
  };
  useEffect(() => {
    whenSignedOut(() =>
      setWho((old) => (old.kind === 'somebody' ? { kind: 'nobody', said: 'Your session has ended. Sign in again.' } : old)),
    );
    void start();
  }, []);
  if (down !== null) return html`<main class="sign-in"><${Failure} problem=${down} onRetry=${() => void start()} /></main>`;
  if (who.kind === 'asking') return html`<main class="sign-in"><${Loading} /></main>`;
  if (who.kind === 'nobody') return html`<${SignIn} said=${who.said} onSession=${settle} />`;
  return html`<${SignedIn} session=${who.session} onSignOut=${() => void end()} />`;
}

interface SignedInProps {
  readonly session: Session;
  readonly onSignOut: () => void;
}

function SignedIn({ session, onSignOut }: SignedInProps): View {
  const place = usePlace();
  const pending = usePending();
  const { view, id, filters } = place;
  const shown: Readonly<Record<typeof view, () => View>> = {
    inbox: () => html`<${Inbox} id=${id} filters=${filters} pending=${pending} me=${session.user} />`,
    plans: () => html`<${Plans} id=${id} filters=${filters} />`,
    live: () => html`<${Live} filters=${filters} />`,
    overview: () => html`<${Overview} filters=${filters} />`,
    story: () => html`<${Story} id=${id} />`,
    grants: () => html`<${Grants} />`,
    people: () => html`<${People} />`,
    bundle: () => html`<${Bundle} id=${id} filters=${filters} />`,
    history: () => html`<${BundleHistory} id=${id} filters=${filters} />`,
    findings: () => html`<${Findings} />`,
    reports: () => html`<${Reports} id=${id} />`,
    coverage: () => html`<${Coverage} />`,
    'sign-in': () => html`<${Inbox} id=${null} filters=${{}} pending=${pending} me=${session.user} />`,
  };
  const mine = (pending.value ?? []).filter((ticket) => ticket.mayDecide).length;
  return html`<${Frame} view=${view} session=${session} count=${mine} onSignOut=${onSignOut}>${shown[view]()}</${Frame}><${Notices} />`;
}
