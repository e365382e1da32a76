// The environment variables that point unmodified clients at the proxy and its CA.

export interface AgentLogin {
  /** `agent` or `agent~session`. */
  readonly username: string;
  readonly token: string;
}

/** Proxy and CA variables of curl, git, Python's ssl and requests, Node and gRPC. */
export function agentEnvironment(proxyUrl: string, caFile: string, login: AgentLogin): Record<string, string> {
  const url = new URL(proxyUrl);
  url.username = login.username;
  url.password = login.token;
  const proxy = url.href.replace(/\/$/, '');
  return {
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    NO_PROXY: '',
    no_proxy: '',
    SSL_CERT_FILE: caFile,
    CURL_CA_BUNDLE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    GIT_SSL_CAINFO: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
    NODE_USE_ENV_PROXY: '1',
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: caFile,
  };
}
