// What git shows while its push is parked: `remote:` lines on the side-band of the answer that it will get.

import { hasCapability, readCommands } from '../../classify/git-commands.ts';
import type { PushCommands } from '../../classify/git-commands.ts';
import { FLUSH_PACKET } from '../../classify/pkt-line.ts';
import { messageLines, writePushAnswer } from '../../classify/git-report.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { WaitingForm } from '../../http/waiting-reply.ts';

const RESULT_TYPE = 'application/x-git-receive-pack-result';
/** An empty packet of the side-band: git reads it and shows nothing (gitprotocol-pack, "keepalive"). */
const PULSE = Buffer.from('0005\x02', 'latin1');

/**
 * Null for a client that has no side-band, or sent what can't be read. `quiet` is no reason: git asks for it whenever nobody sits at a
 * terminal. The answer begins before the upstream's is known: an error there can only be told as `ng` for every ref.
 */
export function waitingPush(body: InspectedBody): WaitingForm | null {
  const push = body.problem === null ? readCommands(body.bytes) : null;
  if (push === null || push.probe) return null;
  const { capabilities } = push;
  if (!hasCapability(capabilities, 'side-band-64k')) return null;
  return {
    headers: ['Content-Type', RESULT_TYPE, 'Cache-Control', 'no-cache'],
    say: (line) => withoutFlush(writePushAnswer({ messages: messageLines([line]), fatal: null, report: null }, capabilities)),
    pulse: PULSE,
    fits: (status, headers) =>
      status === 200 &&
      !headers.has('content-encoding') &&
      headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === RESULT_TYPE,
    failure: (status) => failedPush(push, status),
  };
}

/** INVARIANT: every ref gets its `ng`: git takes a ref without a word for pushed. */
function failedPush(push: PushCommands, status: number): Buffer {
  const error = status === 200 ? 'the server gave no report that can be read' : `the server answered ${status} to the push`;
  const results = push.commands.map((command) => ({ ref: command.ref, error, options: [] }));
  return writePushAnswer({ messages: messageLines([error]), fatal: null, report: { unpack: 'ok', results } }, push.capabilities);
}

/** A flush would be the end of the side-band. */
function withoutFlush(answer: Buffer): Buffer {
  return answer.subarray(0, answer.length - FLUSH_PACKET.length);
}
