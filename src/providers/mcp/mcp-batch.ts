// A JSON-RPC array: each request of it has an answer of its own, so the refused ones can be taken out and answered here.

import { isJsonArray, type Json, readJson, writeJson } from '../../classify/strict-json.ts';
import { eventCutter } from '../../classify/sse-events.ts';
import { InterlockError } from '../../errors.ts';
import type { Batch } from '../batch.ts';
import type { ObservedAnswer } from '../observation.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { readRpc, type RpcMessage } from './json-rpc.ts';
import { refusedMessage } from './mcp-refusal.ts';

const EVENT_BYTES = 4 * 1024 * 1024;

/** Null for a single message, and for what can't be read. */
export function mcpBatch(bytes: Buffer): Batch | null {
  const body = readRpc(bytes);
  const reading = readJson(bytes);
  if (body === null || !body.batch || reading.problem !== null || !isJsonArray(reading.value)) return null;
  const { value } = reading;
  return {
    items: body.messages.map((_message, index) => [index]),
    without(refused) {
      const kept = value.filter((_item, index) => !refused.has(index));
      if (kept.length === 0) throw new InterlockError('CONSTRAINT_FAILED', 'nothing would be left of the batch');
      return { bytes: Buffer.from(writeJson(kept)), changed: [...refused].map((index) => `message ${index}: removed`) };
    },
    join: (answer, refused) => joined(answer, refusals(body.messages, refused)),
  };
}

/** Notifications have no answer, so a refused one is only in the ledger. */
function refusals(messages: readonly RpcMessage[], refused: ReadonlyMap<number, Refusal>): string[] {
  const answers: string[] = [];
  for (const [index, refusal] of refused) {
    const message = messages[index];
    if (message?.kind === 'request') answers.push(JSON.stringify(refusedMessage(message, refusalSentence(refusal))));
  }
  return answers;
}

/** JSON-RPC leaves the order of a batch's answers free, so ours stand behind the upstream's. */
function joined(answer: ObservedAnswer, refused: readonly string[]): NativeAnswer {
  const type = (answer.headers.get('content-type') ?? '').toLowerCase();
  if (type.includes('text/event-stream')) {
    const cutter = eventCutter(EVENT_BYTES);
    const whole = cutter.push(answer.body).map(({ raw }) => raw);
    const events = refused.map((text) => Buffer.from(`event: message\ndata: ${text}\n\n`));
    return { status: answer.status, headers: ['content-type', 'text/event-stream'], body: Buffer.concat([...whole, ...events]) };
  }
  // 202: what was left needs no answer, whatever words the server has for that.
  const said = answer.status === 202 || answer.body.length === 0 ? [] : itemsOf(answer.body);
  if (said === null) throw new InterlockError('CONSTRAINT_FAILED', 'the answer to the batch could not be read');
  // JSON-RPC 2.0 §6: a batch of notifications alone is never answered with an empty list.
  if (said.length + refused.length === 0) return { status: answer.status, headers: [], body: answer.body };
  const body = Buffer.from(`[${[...said.map(writeJson), ...refused].join(',')}]`);
  return { status: 200, headers: ['content-type', 'application/json'], body };
}

/** A server may answer the one request that is left without an array. Null when it said something else. */
function itemsOf(bytes: Buffer): readonly Json[] | null {
  const reading = readJson(bytes);
  if (reading.problem !== null) return null;
  return isJsonArray(reading.value) ? reading.value : [reading.value];
}
