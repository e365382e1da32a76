// Short notices at the edge of the page, read out to those who listen.

import { useEffect, useState } from 'preact/hooks';
import { html, type View } from './html.ts';

export interface Notice {
  readonly kind: 'good' | 'bad' | 'plain';
  readonly text: string;
}

const listeners = new Set<(notice: Notice) => void>();

export function notify(kind: Notice['kind'], text: string): void {
  for (const listener of listeners) listener({ kind, text });
}

const SHOWN_MS = 7_000;

export function Notices(): View {
  const [notice, setNotice] = useState<Notice | null>(null);
  useEffect(() => {
    listeners.add(setNotice);
    return () => void listeners.delete(setNotice);
  }, []);
  useEffect(() => {
    if (notice === null) return undefined;
    const timer = setTimeout(() => setNotice(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return html`<div class="notices" role="status" aria-live="polite">
    ${notice === null ? null : html`<p class=${`notice notice-${notice.kind}`}>${notice.text}</p>`}
  </div>`;
}
