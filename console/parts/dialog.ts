// A modal dialog: the browser's own, which keeps the focus inside and gives it back to where it was.

import { useEffect, useRef } from 'preact/hooks';
import { type Children, html, type View } from './html.ts';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children?: Children;
}

/** The second click of a double click, and what was clicked before the dialog could be seen, is not meant for what lies beside it. */
const SETTLED_AFTER_MS = 500;

let count = 0;

export function Dialog({ title, onClose, children }: DialogProps): View {
  const dialog = useRef<HTMLDialogElement>(null);
  const openedMs = useRef(0);
  const id = useRef('');
  if (id.current === '') {
    count += 1;
    id.current = `dialog-${count}`;
  }
  useEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    openedMs.current = performance.now();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onBackdrop = (event: MouseEvent): void => {
    if (event.target === dialog.current && event.timeStamp > openedMs.current + SETTLED_AFTER_MS) onClose();
  };
  const onCancel = (event: Event): void => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${dialog} aria-labelledby=${id.current} onClick=${onBackdrop} onCancel=${onCancel}>
    <div class="dialog-body">
      <h2 id=${id.current}>${title}</h2>
      ${children}
    </div>
  </dialog>`;
}
