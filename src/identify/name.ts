// Names of agents, users, teams, groups and sessions: one small alphabet that is safe in a URL, a log line and a terminal.

import { InterlockError } from '../errors.ts';

type NameKind = 'agent' | 'user' | 'team' | 'group' | 'session';

/**
 * `~` is left out because it parts agent from session in the proxy user name, `:` because Basic splits there, and a leading
 * sign because `--yes` must not be a name.
 */
const NAME_SHAPE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The agent that a caller without a token is, where the operator allows such callers. Nobody may be named so. */
export const ANONYMOUS = 'anonymous';

export function isName(name: string): boolean {
  return NAME_SHAPE.test(name);
}

/** The name itself. Throws NAME_INVALID, with the rule in the message and never the input when it could hold control characters. */
export function checkName(kind: NameKind, name: string): string {
  if (!isName(name)) {
    throw new InterlockError(
      'NAME_INVALID',
      `${kind} name ${shown(name)} is not usable: 1 to 64 letters, digits, dots, underscores or hyphens, starting with a letter or digit`,
    );
  }
  if (kind === 'agent' && name === ANONYMOUS) {
    throw new InterlockError(
      'NAME_INVALID',
      `agent name \`${ANONYMOUS}\` is reserved for callers without a token: choose another`,
    );
  }
  return name;
}

/** Quoted with everything outside printable ASCII escaped, and cut: a hostile name must not draw on a terminal (threat D4). */
function shown(name: string): string {
  const cut = name.length > 80 ? `${name.slice(0, 80)}...` : name;
  return `\`${cut.replace(/[^\x20-\x7e]|`/g, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)}\``;
}
