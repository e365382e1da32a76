// The environment that points an agent's programs at the proxy and lets them trust its CA.

import { proxyUrlFor } from './proxy-url.ts';

/** What an agent needs to use the proxy. Paths are absolute. */
export interface AgentAccess {
  readonly agent: string;
  readonly session: string | null;
  /** `agent` or `agent~session`. */
  readonly username: string;
  readonly token: string;
  readonly proxyUrl: string;
  readonly caFile: string;
  readonly caBundleFile: string;
}

export type Variables = ReadonlyArray<readonly [name: string, value: string]>;

/** Read as the only roots, so they need the CA beside the system's: names a policy lets pass unopened show their own certificates. */
const BUNDLE_READERS = [
  'SSL_CERT_FILE', // OpenSSL: Python's ssl, Ruby, Go
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'AWS_CA_BUNDLE',
  'PIP_CERT',
  'CARGO_HTTP_CAINFO',
  'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
];

/** Added to roots that the program has of its own. */
const EXTRA_READERS = ['NODE_EXTRA_CA_CERTS', 'DENO_CERT'];

/**
 * Lower case is what curl and most Unix programs read (curl ignores HTTP_PROXY, which a CGI client could set), upper case the
 * rest. ALL_PROXY sends other schemes here too, to be refused rather than to go around.
 */
const PROXY_READERS = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Every variable, in a fixed order. */
export function agentVariables(access: AgentAccess): Variables {
  const proxy = proxyUrlFor(access.proxyUrl, access.username, access.token);
  return [
    ...PROXY_READERS.map((name) => [name, proxy] as const),
    // INVARIANT: emptied, not left alone: an inherited exception (`NO_PROXY=*`) would be a way around every verdict.
    ['NO_PROXY', ''],
    ['no_proxy', ''],
    ['no_grpc_proxy', ''],
    ['NODE_USE_ENV_PROXY', '1'],
    // git would first ask without credentials and be answered 407 on each connection.
    ['GIT_HTTP_PROXY_AUTHMETHOD', 'basic'],
    ...BUNDLE_READERS.map((name) => [name, access.caBundleFile] as const),
    ...EXTRA_READERS.map((name) => [name, access.caFile] as const),
  ];
}

/**
 * The environment of an agent's command: the caller's own with `variables` over it.
 * INVARIANT: INTERLOCK_TOKEN is taken out: it may be an approver's, and an agent that inherits it approves its own tickets.
 */
export function agentEnvironment(own: NodeJS.ProcessEnv, variables: Variables): NodeJS.ProcessEnv {
  const { INTERLOCK_TOKEN: _, ...rest } = own;
  return { ...rest, ...Object.fromEntries(variables) };
}
