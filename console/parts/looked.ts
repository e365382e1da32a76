// What the gateway works out when it is asked, and may take a while over: asked again until it is there.

import { type Loaded, useLoaded } from './hooks.ts';
import { useEffect } from 'preact/hooks';

const AGAIN_MS = 1_500;

export interface Lookable {
  readonly state: 'ready' | 'running' | 'failed';
  readonly problem: string | null;
}

export function useLooked<T extends Lookable>(path: string): Loaded<T> {
  const loaded = useLoaded<T>(path);
  const { value } = loaded;
  useEffect(() => {
    if (value?.state !== 'running') return undefined;
    const timer = setTimeout(loaded.reload, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return loaded;
}
