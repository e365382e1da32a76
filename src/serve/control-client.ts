// The command's side of dataDir/control.sock: an operator whose every use case is one request to the running gateway.

import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { InterlockError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Operator, VerifyOptions } from './operator.ts';

/** Answers are lists of entries at most; more than this is no answer of ours. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const IDLE_MS = 60_000;

/** Throws NOT_RUNNING, with the cause, in every method when nobody answers at `socketPath`. */
export function createControlClient(socketPath: string): Operator {
  const call = async <T>(route: string, input: object): Promise<T> => {
    const lines = await send(socketPath, route, input, () => undefined);
    return lines as T; // Our own gateway speaks here, behind a socket that only our own user may open.
  };
  return {
    via: 'socket',
    addAgent: (name, { teams, user }) => call('addAgent', { name, teams, user }),
    rotateAgent: (name) => call('rotateAgent', { name }),
    revokeAgent: (name) => call('revokeAgent', { name }),
    listAgents: () => call('listAgents', {}),
    openSession: (agent) => call('openSession', { name: agent }),
    addUser: (name, { groups }) => call('addUser', { name, groups }),
    rotateUser: (name) => call('rotateUser', { name }),
    revokeUser: (name) => call('revokeUser', { name }),
    listUsers: () => call('listUsers', {}),
    listTickets: ({ state, agent }) => call('listTickets', { ...(state === undefined ? {} : { state }), ...(agent === undefined ? {} : { agent }) }),
    showTicket: (id) => call('showTicket', { id }),
    decideTicket: (id, decision, token) => call('decideTicket', { id, decision, token }),
    tailLedger: (count) => call('tailLedger', { count }),
    showEntry: (id) => call('showEntry', { id }),
    verifyLedger: async ({ checkpoint, onProgress }: VerifyOptions) => {
      const report = await send(socketPath, 'verifyLedger', { checkpoint }, ([done, total]) => onProgress?.(done, total));
      return report as Awaited<ReturnType<Operator['verifyLedger']>>;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Does a gateway answer there? False when there is none; throws NOT_RUNNING when one is there and does not answer well. */
export async function pingControl(socketPath: string): Promise<boolean> {
  try {
    await send(socketPath, 'ping', {}, () => undefined);
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') return false;
    throw error;
  }
}

type Progress = (progress: readonly [number, number]) => void;

async function send(socketPath: string, route: string, input: object, onProgress: Progress): Promise<unknown> {
  const payload = JSON.stringify(input);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request({ socketPath, method: 'POST', path: `/${route}`, agent: false, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) } }, resolve);
    sent.on('error', (cause: NodeJS.ErrnoException) => reject(notAnswering(socketPath, cause)));
    sent.setTimeout(IDLE_MS, () => sent.destroy(new Error('no answer in time')));
    sent.end(payload);
  });
  try {
    return await readAnswer(response, onProgress);
  } catch (cause) {
    throw cause instanceof InterlockError ? cause : notAnswering(socketPath, cause);
  }
}

/** One JSON object a line; `progress` lines are handed on, the first other one is the answer. */
async function readAnswer(response: IncomingMessage, onProgress: Progress): Promise<unknown> {
  let rest = '';
  let bytes = 0;
  response.setEncoding('utf8');
  for await (const chunk of response) {
    const text = String(chunk);
    bytes += text.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const answer = readLine(line, onProgress);
      if (answer !== null) return answer.result;
    }
  }
  const last = readLine(rest, onProgress);
  if (last === null) throw new Error('the answer broke off');
  return last.result;
}

function readLine(line: string, onProgress: Progress): { readonly result: unknown } | null {
  if (line === '') return null;
  const answer = JSON.parse(line) as { result?: unknown; error?: { code: ErrorCode; message: string; hint?: string }; progress?: [number, number] };
  if (answer.progress !== undefined) {
    onProgress(answer.progress);
    return null;
  }
  if (answer.error === undefined) return { result: answer.result };
  const { code, message, hint } = answer.error;
  throw new InterlockError(code, message, hint === undefined ? {} : { hint });
}

function notAnswering(socketPath: string, cause: unknown): InterlockError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new InterlockError('NOT_RUNNING', `no gateway answers at ${socketPath}: ${problem}`, { cause, hint: 'start it with `interlock start`' });
}
