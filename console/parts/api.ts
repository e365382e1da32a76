// Talks to the gateway: one function for all calls, with the session's cookie and its CSRF word, and problems as plain values.

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint: string | null;
}

export type Answer<T> = { readonly value: T; readonly problem: null } | { readonly value: null; readonly problem: Problem };

let csrf = '';
let onSignedOut: () => void = () => undefined;

/** Given by `GET /v1/session`; every call that changes something carries it (threat D3). */
export function setCsrf(word: string): void {
  csrf = word;
}

export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Never throws: a gateway that does not answer is a problem like another, with status 0. */
export async function ask<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: headersOf(method, body),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return { value: response.status === 204 ? null : await response.json(), problem: null };
    const problem = problemOf(response.status, await response.json().catch(() => ({})));
    if (problem.status === 401 && path !== '/v1/session') onSignedOut();
    return { value: null, problem };
  } catch {
    return {
      value: null,
      problem: { status: 0, code: 'UNREACHABLE', detail: 'The gateway does not answer.', hint: 'Is it running?' },
    };
  }
}

export function read<T>(path: string): Promise<Answer<T>> {
  return ask<T>('GET', path);
}

function headersOf(method: string, body: object | undefined): Record<string, string> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return method === 'GET' ? {} : { ...json, 'x-interlock-csrf': csrf };
}

function problemOf(status: number, body: unknown): Problem {
  const said = new Map(typeof body === 'object' && body !== null ? Object.entries(body) : []);
  const text = (name: string): string | null => (typeof said.get(name) === 'string' ? String(said.get(name)) : null);
  return {
    status,
    code: text('code') ?? 'UNKNOWN',
    detail: text('detail') ?? text('title') ?? `The gateway answered ${status}.`,
    hint: text('hint'),
  };
}
