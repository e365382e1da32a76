// How a command fails: one clear line and a hint for people, one object for programs, and an exit code for both.

import { CommanderError } from 'commander';
import { type ErrorCode, InterlockError, toInterlockError } from '../errors.ts';
import type { Terminal } from './cli.ts';

export const REFUSED = 1;
const USAGE = 2;

/** The caller can mend these by calling differently or by mending the configuration. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set(['USAGE', 'CONFIG_INVALID', 'LISTENER_INSECURE', 'NAME_INVALID']);

/** Tells the failure on stderr (and, with `json`, as `{error: …}` on stdout) and gives the exit code. */
export function reportFailure(terminal: Terminal, thrown: unknown, json: boolean): number {
  const error = coded(thrown);
  if (json) {
    const { code, message, hint } = error;
    terminal.out(`${JSON.stringify({ error: { code, message, hint: hint ?? null } })}\n`);
  }
  terminal.err(`interlock: ${error.message}\n`);
  if (error.hint !== undefined) terminal.err(`  ${error.hint}\n`);
  return USAGE_CODES.has(error.code) ? USAGE : REFUSED;
}

/** A usage error that names the help to read. */
export function usage(message: string, hint: string): InterlockError {
  return new InterlockError('USAGE', message, { hint });
}

function coded(thrown: unknown): InterlockError {
  if (thrown instanceof InterlockError) return thrown;
  if (thrown instanceof CommanderError) {
    const [first = '', ...rest] = thrown.message.replace(/^error: /, '').split('\n');
    const hint = [...rest, 'See `interlock --help` and `interlock COMMAND --help`.'].join(' ').trim();
    return new InterlockError('USAGE', first, { cause: thrown, hint });
  }
  return listening(thrown) ?? toInterlockError(thrown);
}

/** What the operating system says when a listener or a folder can't be had, in words that name the remedy (threat G8). */
function listening(thrown: unknown): InterlockError | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  const place =
    'address' in thrown && 'port' in thrown ? `${String(thrown.address)} port ${String(thrown.port)}` : thrown.message;
  if (thrown.code === 'EADDRINUSE') {
    const hint = 'Stop what listens there, or set another proxy.listen or console.listen in interlock.yaml.';
    return new InterlockError('INTERNAL', `cannot listen on ${place}: it is taken`, { cause: thrown, hint });
  }
  if (thrown.code === 'EADDRNOTAVAIL')
    return new InterlockError('INTERNAL', `cannot listen on ${place}: this machine has no such address`, { cause: thrown });
  if (thrown.code === 'EACCES' || thrown.code === 'EPERM') {
    return new InterlockError('INTERNAL', `not permitted: ${thrown.message}`, {
      cause: thrown,
      hint: 'Run as the user that owns the data folder.',
    });
  }
  return undefined;
}
