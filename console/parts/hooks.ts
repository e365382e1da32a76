// What several views need of time, place and loading, as hooks.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Place, placeOf } from '../model/filters.ts';
import { type Answer, type Problem, read } from './api.ts';

/** The present place; follows the URL. */
export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return placeOf(hash);
}

/** With `quietly`, typing in a filter leaves no trail of steps behind the back button. */
export function goTo(hash: string, quietly = false): void {
  if (location.hash === hash) return;
  if (quietly) {
    history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = hash;
}

/** Milliseconds, renewed each `everyMs`. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export interface Loaded<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  reload(): void;
}

/** Reads `path`, again when it changes, and each `everyMs` if given. What was read last stays while the next is on its way. */
export function useLoaded<T>(path: string | null, everyMs = 0): Loaded<T> {
  const [state, setState] = useState<{ readonly path: string | null; readonly answer: Answer<T> | null }>({ path, answer: null });
  const latest = useRef(0);
  const reload = useCallback(() => {
    if (path === null) return;
    latest.current += 1;
    const mine = latest.current;
    const load = async (): Promise<void> => {
      const answer = await read<T>(path);
      if (mine === latest.current) setState({ path, answer });
    };
    void load();
  }, [path]);
  useEffect(() => {
    reload();
    if (everyMs === 0) return () => void (latest.current += 1);
    const timer = setInterval(reload, everyMs);
    return () => {
      clearInterval(timer);
      latest.current += 1;
    };
  }, [reload, everyMs]);
  const answer = state.path === path ? state.answer : null;
  return { value: answer?.value ?? null, problem: answer?.problem ?? null, reload };
}

const OFF = 'interlock-keys-off';

export function keysAreOn(): boolean {
  return localStorage.getItem(OFF) === null;
}

/** Single keys can get in the way of speech input and of some hands (WCAG 2.1.4), so they can be turned off. */
export function turnKeys(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, '1');
}

/** Single keys, when nobody is typing, no dialog is open and no modifier is held. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !keysAreOn()) return;
      if (document.querySelector('dialog[open]') !== null || isTyping(event.target)) return;
      // Enter on a link or a button is theirs.
      if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a, button, summary') !== null)
        return;
      const run = latest.current[event.key];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
