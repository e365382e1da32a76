// A request view by hand, for tests of what reads one.

import { parseAuthority } from '../../src/connection/authority.ts';
import { readHead } from '../../src/http/head.ts';
import type { RequestView } from '../../src/http/request-view.ts';

export interface ViewOptions {
  readonly host?: string;
  /** Flat `[name, value, …]`. */
  readonly headers?: readonly string[];
  readonly hasBody?: boolean;
}

/** As the protocol layer would make it. */
export function requestView(method: string, target: string, options: ViewOptions = {}): RequestView {
  const host = options.host ?? 'github.com';
  return readHead({
    method,
    target,
    rawHeaders: ['Host', host, ...(options.headers ?? [])],
    httpVersion: '1.1',
    scheme: 'https',
    authority: parseAuthority(host, 443),
    upgrading: false,
    hasBody: options.hasBody ?? true,
  });
}
