// What is said when a token is shown: it is shown once, and this is how to use it.

import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { proxyAddress, proxyUrlFor } from './proxy-url.ts';

/** For an agent's owner, with a call that works as it stands. `command` is how this reader calls `interlock`. */
export function agentTokenLines(config: Config, command: string, agent: string, token: string): string[] {
  const proxy = proxyUrlFor(proxyAddress(config), agent, token);
  return [
    '',
    `  token  ${token}`,
    '',
    'It is shown this once and kept only as a hash. To use it:',
    `  curl --proxy ${proxy} --cacert ${join(config.certsDir, 'ca.pem')} https://example.com/`,
    `  ${command} exec --agent ${agent} -- COMMAND     (on this machine, no token needed)`,
  ];
}

/** For an approver. */
export function userTokenLines(command: string, token: string): string[] {
  return [
    '',
    `  token  ${token}`,
    '',
    'It is shown this once and kept only as a hash. To use it:',
    `  INTERLOCK_TOKEN=TOKEN ${command} tickets approve ID`,
  ];
}
