// The command's side of dataDir/control.sock: an operator whose every use case is one request to the running gateway.

import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Ticket } from '../approve/ticket.ts';
import type { OnMove } from '../approve/tickets.ts';
import { InterlockError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Page, PageRequest } from '../export/page.ts';
import type { Operator, VerifyOptions } from './operator.ts';

/** Answers are lists of entries at most; more than this is no answer of ours. */
const MAX_ANSWER_CHARS = 256 * 1024 * 1024;
const IDLE_MS = 60_000;
/** A bundle of ten thousand policies is checked beside traffic that wants all of the processor. */
const CHANGE_MS = 20 * 60_000;

/** Throws NOT_RUNNING, with the cause, in every method when nobody answers at `socketPath`. */
export function createControlClient(socketPath: string): Operator {
  const call = <T>(route: string, input: object): Promise<T> => send(socketPath, route, input, {});
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
    listTickets: ({ state, agent }) =>
      call('listTickets', { ...(state === undefined ? {} : { state }), ...(agent === undefined ? {} : { agent }) }),
    showTicket: (id) => call('showTicket', { id }),
    decideTicket: (id, decision, token, said) =>
      call('decideTicket', { id, decision, token, ...(said === undefined ? {} : { said }) }),
    watchTickets: (onMove, signal) => watch(socketPath, onMove, signal),
    listGrants: () => call('listGrants', {}),
    revokeGrant: (id) => call('revokeGrant', { id }),
    listPlans: ({ state, agent }) =>
      call('listPlans', { ...(state === undefined ? {} : { state }), ...(agent === undefined ? {} : { agent }) }),
    showPlan: (id) => call('showPlan', { id }),
    revokePlan: (id) => call('revokePlan', { id }),
    startShadow: (policiesDir) => call('startShadow', { policiesDir }),
    stopShadow: () => call('stopShadow', {}),
    showShadow: () => call('showShadow', {}),
    listBudgets: () => call('listBudgets', {}),
    bundleHistory: (query) => call('bundleHistory', query),
    promoteBundle: (wanted) => send(socketPath, 'promoteBundle', wanted, { idleMs: CHANGE_MS }),
    rollbackBundle: (wanted) => send(socketPath, 'rollbackBundle', wanted, { idleMs: CHANGE_MS }),
    refuseBundle: (told) => call('refuseBundle', told),
    tailLedger: (count) => call('tailLedger', { count }),
    readVerdicts: (from, count) => call('readVerdicts', { from, count }),
    readLedger: (asked, signal) => pageOver(socketPath, asked, signal),
    sequenceAt: (ms) => call('sequenceAt', { ms }),
    searchEntries: (search) => call('searchEntries', search),
    ledgerStatistics: (query) => call('ledgerStatistics', query),
    showEntry: (id) => call('showEntry', { id }),
    verifyLedger: (how) => verifyOver(socketPath, how),
    anchorLedger: () => call('anchorLedger', {}),
    exportStatus: () => call('exportStatus', {}),
    ledgerKeys: () => call('ledgerKeys', {}),
    eraseValues: (wanted) => send(socketPath, 'eraseValues', wanted, { idleMs: CHANGE_MS }),
    rotateLedgerKey: (wanted) => call('rotateLedgerKey', wanted),
    listSegments: () => call('listSegments', {}),
    listHolds: () => call('listHolds', {}),
    addHold: (wanted) => call('addHold', wanted),
    releaseHold: (wanted) => call('releaseHold', wanted),
    proveEntry: (wanted) => call('proveEntry', wanted),
    discloseEntry: (wanted) => call('discloseEntry', wanted),
    proveConsistency: (older, newer) => call('proveConsistency', { older, newer }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Does a gateway answer there? False when there is none; throws NOT_RUNNING when one is there and does not answer well. */
export async function pingControl(socketPath: string): Promise<boolean> {
  try {
    await send(socketPath, 'ping', {}, {});
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') return false;
    throw error;
  }
}

/** What to do with the lines before the answer, and when to stop waiting for it. */
interface Following {
  readonly onProgress?: (progress: readonly [number, number]) => void;
  readonly onMove?: OnMove;
  readonly onState?: (state: string) => void;
  readonly signal?: AbortSignal;
  readonly idleMs?: number;
}

function verifyOver(socketPath: string, { onProgress, onState, ...how }: VerifyOptions): ReturnType<Operator['verifyLedger']> {
  const wanted = onState === undefined ? how : { ...how, states: true };
  return send(socketPath, 'verifyLedger', wanted, {
    onProgress: ([done, total]) => onProgress?.(done, total),
    ...(onState === undefined ? {} : { onState }),
  });
}

/** A stream that has no answer: it ends when the caller wants it to, or with the gateway. */
async function watch(socketPath: string, onMove: OnMove, signal: AbortSignal): Promise<void> {
  try {
    await send(socketPath, 'watchTickets', {}, { onMove, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** An empty page when the caller does not wait any more. */
async function pageOver(socketPath: string, asked: PageRequest, signal: AbortSignal | undefined): Promise<Page> {
  try {
    return await send(socketPath, 'readLedger', asked, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    return { lines: [], next: asked.from, size: asked.from };
  }
}

async function send<T>(socketPath: string, route: string, input: object, following: Following): Promise<T> {
  const payload = JSON.stringify(input);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(
      {
        socketPath,
        method: 'POST',
        path: `/${route}`,
        agent: false,
        ...(following.signal === undefined ? {} : { signal: following.signal }),
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
      },
      resolve,
    );
    sent.on('error', (cause: NodeJS.ErrnoException) => reject(notAnswering(socketPath, cause)));
    sent.setTimeout(following.idleMs ?? IDLE_MS, () => sent.destroy(new Error('no answer in time')));
    sent.end(payload);
  });
  try {
    const { result }: { result: T } = await readAnswer(response, following);
    return result;
  } catch (cause) {
    throw cause instanceof InterlockError ? cause : notAnswering(socketPath, cause);
  }
}

/** One JSON object a line; `progress`, `move` and `state` lines are handed on, the first other one is the answer. */
async function readAnswer(response: IncomingMessage, following: Following): Promise<Answer> {
  let line: string[] = [];
  let length = 0;
  response.setEncoding('utf8');
  for await (const chunk of response) {
    const pieces = String(chunk).split('\n');
    for (const [i, piece] of pieces.entries()) {
      line.push(piece);
      length += piece.length;
      if (length > MAX_ANSWER_CHARS) throw new Error('the answer is too large');
      if (i === pieces.length - 1) break;
      const found = readLine(line.join(''), following);
      if (found !== null) return found;
      line = [];
      length = 0;
    }
  }
  const last = readLine(line.join(''), following);
  if (last === null) throw new Error('the answer broke off');
  return last;
}

/** Unchecked: our own gateway speaks here, behind a socket that only our own user may open. */
interface Answer {
  readonly result: ReturnType<typeof JSON.parse>;
}

/** What the control socket says, a line each. */
type Line =
  | { readonly progress: readonly [number, number]; readonly move?: never; readonly state?: never; readonly error?: never }
  | { readonly progress?: never; readonly move?: never; readonly state: string; readonly error?: never }
  | {
      readonly progress?: never;
      readonly move: Parameters<OnMove>[1];
      readonly ticket: Ticket;
      readonly state?: never;
      readonly error?: never;
    }
  | {
      readonly progress?: never;
      readonly move?: never;
      readonly state?: never;
      readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint?: string };
    }
  | ({ readonly progress?: never; readonly move?: never; readonly state?: never; readonly error?: never } & Answer);

function readLine(line: string, { onProgress, onMove, onState }: Following): Answer | null {
  if (line === '') return null;
  const answer: Line = JSON.parse(line);
  if (answer.progress !== undefined) {
    onProgress?.(answer.progress);
    return null;
  }
  if (answer.move !== undefined) {
    onMove?.(answer.ticket, answer.move);
    return null;
  }
  if (answer.state !== undefined) {
    onState?.(answer.state);
    return null;
  }
  if (answer.error === undefined) return answer;
  const { code, message, hint } = answer.error;
  throw new InterlockError(code, message, hint === undefined ? {} : { hint });
}

function notAnswering(socketPath: string, cause: unknown): InterlockError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM')) {
    return new InterlockError('NOT_RUNNING', `the control socket ${socketPath} belongs to another user`, {
      cause,
      hint: 'only the user who runs the gateway administers it; an agent needs no socket: exec and env take --proxy, --agent and --token',
    });
  }
  return new InterlockError('NOT_RUNNING', `no gateway answers at ${socketPath}: ${problem}`, {
    cause,
    hint: 'start it with `interlock start`',
  });
}
