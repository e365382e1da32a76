// Refuses configurations that are well-formed and still must not run.

import { InterlockError } from '../errors.ts';
import { isLoopback } from './address.ts';
import type { Config, Listener } from './config.ts';

/**
 * Throws LISTENER_INSECURE for a listener that others can reach in plain text without it being said, and CONFIG_INVALID for
 * values that contradict each other.
 */
export function checkListeners(config: Config): void {
  guard('proxy', config.proxy, 'agents send their tokens to it');
  guard('console', config.console, 'approvers send their tokens to it');
  const { listen: proxy } = config.proxy;
  const { listen: operators } = config.console;
  if (proxy.port !== 0 && proxy.port === operators.port && proxy.host === operators.host) {
    throw invalid(
      config,
      `proxy.listen and console.listen are the same address (port ${proxy.port}): agents must not reach the console`,
    );
  }
  if (config.limits.inspectBytes > config.limits.bodyMemoryBytes) {
    throw invalid(config, 'limits.inspectBytes is larger than limits.bodyMemoryBytes: no body of that size could ever be judged');
  }
}

// INVARIANT: off loopback, plain text is spoken only by an operator's written word.
function guard(name: string, listener: Listener, why: string): void {
  const { host, port } = listener.listen;
  if (isLoopback(host) || listener.tls !== null || listener.plaintext) return;
  throw new InterlockError(
    'LISTENER_INSECURE',
    `${name}.listen is ${host} port ${port}, which is not loopback, and ${why} in plain text`,
    {
      hint: `Give ${name}.tls a cert and a key; or set ${name}.plaintext: true if the network between is yours; or listen on 127.0.0.1.`,
    },
  );
}

function invalid(config: Config, problem: string): InterlockError {
  return new InterlockError('CONFIG_INVALID', config.file === null ? problem : `${config.file}: ${problem}`);
}
