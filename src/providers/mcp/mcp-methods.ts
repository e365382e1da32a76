// The methods of the Model Context Protocol, in every revision from 2024-11-05 to 2026-07-28, by what a client does with them.

export type Verb = 'call' | 'read' | 'subscribe' | 'session' | 'unknown-write';

const METHODS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['tools/call', 'call'],
  ['tools/list', 'read'],
  ['resources/list', 'read'],
  ['resources/templates/list', 'read'],
  ['resources/read', 'read'],
  ['prompts/list', 'read'],
  ['prompts/get', 'read'],
  ['completion/complete', 'read'],
  // What a call that ran as a task came to: the call itself was judged.
  ['tasks/get', 'read'],
  ['tasks/result', 'read'],
  ['tasks/list', 'read'],
  ['resources/subscribe', 'subscribe'],
  ['resources/unsubscribe', 'subscribe'],
  ['subscriptions/listen', 'subscribe'],
  ['initialize', 'session'],
  ['server/discover', 'session'],
  ['ping', 'session'],
  ['logging/setLevel', 'session'],
  ['notifications/initialized', 'session'],
  ['notifications/cancelled', 'session'],
  ['notifications/progress', 'session'],
  ['notifications/roots/list_changed', 'session'],
]);

/** Undefined for a method that no revision names: it could do anything. */
export function verbOf(method: string): Verb | undefined {
  return METHODS.get(method);
}

/** Is the name alone enough to know the protocol on a host that nobody knows? Every JSON-RPC server may have a `ping`. */
export function isTelling(method: string): boolean {
  return METHODS.has(method) && method.includes('/');
}
