// Holds the calls in a model's answer until each is judged: text goes on at once, a call's own frames wait for their verdict.

import { InterlockError } from '../errors.ts';
import type { AnswerFrame, CallFate, CallReader, SeenCall } from '../providers/call-reader.ts';
import type { AnswerRewriter, CallsObservation, RewriteAids, RewriteObservation } from '../providers/observation.ts';

/** Judges calls as exchanges of their own. */
export interface CallGate {
  /** Of the arguments of one call. */
  readonly limitBytes: number;
  /** INVARIANT: never rejects; what can't be judged is replaced. */
  judge(call: SeenCall, of: CallsObservation): Promise<CallFate>;
}

/** Shorter than the time after which SDKs and networks take a silent stream for a dead one. */
const PULSE_MS = 10_000;
/** Each is an exchange with entries of its own (threat C9); a request offers no more tools than that. */
const MAX_AT_ONCE = 128;

export function callSluice(observation: CallsObservation, gate: CallGate): RewriteObservation {
  return {
    kind: 'rewrite',
    open(head, aids) {
      const reader = observation.open(head, gate.limitBytes);
      return reader === null ? null : sluice(reader, observation, gate, aids);
    },
  };
}

function sluice(reader: CallReader, observation: CallsObservation, gate: CallGate, aids: RewriteAids): AnswerRewriter {
  async function judged(calls: readonly SeenCall[]): Promise<Buffer> {
    if (calls.length > MAX_AT_ONCE) throw new RangeError(`a model's answer makes more than ${MAX_AT_ONCE} calls at once`);
    const { pulse } = reader;
    // People may be asked: whoever waits with them hears that somebody is there.
    const timer = pulse === null ? null : setInterval(() => aids.say(pulse), PULSE_MS);
    try {
      const fates = await Promise.all(calls.map(async (call) => [call.key, await gate.judge(call, observation)] as const));
      return reader.settle(new Map(fates));
    } finally {
      if (timer !== null) clearInterval(timer);
    }
  }

  async function fromCalls(
    calls: readonly SeenCall[],
    frames: readonly AnswerFrame[],
    at: number,
    before: Buffer[],
  ): Promise<Buffer> {
    if (before.length > 0) aids.say(Buffer.concat(before));
    const settled = await judged(calls);
    // What follows is looked at once the verdict is there: it may be more of the same, or the end that tells of all. INVARIANT: what was settled
    // goes ahead of it, also when the next verdict is waited for.
    return walk(frames, at + 1, [settled]);
  }

  /** INVARIANT: frames are taken in their order, and nothing that tells of a call goes on before its verdict. */
  function walk(frames: readonly AnswerFrame[], from: number, given: Buffer[] = []): Buffer | Promise<Buffer> {
    for (let at = from; at < frames.length; at += 1) {
      const frame = frames[at];
      if (frame === undefined) break;
      const step = reader.step(frame);
      if (step.kind === 'pass') given.push(step.bytes);
      if (step.kind === 'judge') return fromCalls(step.calls, frames, at, given);
    }
    return given.length === 1 && given[0] !== undefined ? given[0] : Buffer.concat(given);
  }

  async function ended(): Promise<Buffer> {
    const rest = reader.cutter.rest();
    const last = rest === null ? NOTHING : await walk([rest], 0);
    return Buffer.concat([last, reader.end()]);
  }

  return {
    headWaits: reader.headWaits ?? false,
    push(chunk) {
      try {
        const given = walk(reader.cutter.push(chunk), 0);
        return Buffer.isBuffer(given) ? given : given.catch(unread);
      } catch (error) {
        return unread(error);
      }
    },
    end: () => ended().catch(unread),
    heldBytes: () => reader.cutter.heldBytes() + reader.heldBytes(),
    withheld: () => reader.withheld(),
  };
}

/** Told to the agent where no byte of the answer has gone out yet. It would not be another at the next try. */
function unread(error: unknown): never {
  if (error instanceof InterlockError) throw error;
  const why = error instanceof Error ? error.message : String(error);
  throw new InterlockError('CLASSIFY_FAILED', `the model's answer can't be read for the calls in it: ${why}`, { cause: error });
}

const NOTHING = Buffer.alloc(0);
