// What reading a model's answer for calls costs: CPU per megabyte of streamed text, and until the first text is given on.

import { callSluice } from '../src/observe/call-sluice.ts';
import { HeaderList } from '../src/http/headers.ts';
import type { CallReader } from '../src/providers/call-reader.ts';
import { anthropicAnswer } from '../src/providers/llm/anthropic-answer.ts';
import { chatAnswer } from '../src/providers/llm/chat-answer.ts';
import { responsesAnswer } from '../src/providers/llm/responses-answer.ts';

const ROUNDS = 7;
const DELTAS = 20_000;
const CHUNK_BYTES = 16 * 1024;

interface Streamed {
  readonly name: string;
  readonly open: (limitBytes: number) => CallReader;
  /** One event with some words of text, as the API streams them. */
  readonly delta: string;
}

const STREAMS: readonly Streamed[] = [
  {
    name: 'Anthropic Messages',
    open: (limit) => anthropicAnswer(true, limit),
    delta: `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" and some words"}}\n\n`,
  },
  {
    name: 'OpenAI Chat Completions',
    open: (limit) => chatAnswer(true, limit),
    delta: `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","service_tier":"default","system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":" and some words"},"logprobs":null,"finish_reason":null}],"obfuscation":"abcdef"}\n\n`,
  },
  {
    name: 'OpenAI Responses',
    open: (limit) => responsesAnswer(true, limit),
    delta: `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":" and some words","logprobs":[],"obfuscation":"abcdef"}\n\n`,
  },
];

async function measure({ open, delta }: Streamed): Promise<{ readonly perMegabyteMs: number; readonly firstMs: number }> {
  const bytes = Buffer.from(delta.repeat(DELTAS));
  const observation = { kind: 'calls', api: 'bench', model: null, open: (_head: unknown, limit: number) => open(limit) } as const;
  const gate = { limitBytes: 1024 * 1024, judge: () => Promise.resolve({ kind: 'pass' as const }) };
  const aids = { mayDo: () => Promise.resolve(true), learn: () => undefined, find: () => undefined, say: () => undefined };
  const rewriter = callSluice(observation, gate).open({ status: 200, headers: new HeaderList([]) }, aids);
  if (rewriter === null) throw new Error('not opened');
  const began = performance.now();
  await rewriter.push(Buffer.from(delta));
  const firstMs = performance.now() - began;
  const cpu = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) await rewriter.push(bytes.subarray(at, at + CHUNK_BYTES));
  await rewriter.end();
  const { user, system } = process.cpuUsage(cpu);
  return { perMegabyteMs: (user + system) / 1000 / (bytes.length / 2 ** 20), firstMs };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

process.stdout.write('| answer | ms CPU per MiB | ms to the first text |\n|---|---|---|\n');
for (const stream of STREAMS) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(stream));
  const perMegabyte = median(rounds.map(({ perMegabyteMs }) => perMegabyteMs));
  const first = median(rounds.map(({ firstMs }) => firstMs));
  process.stdout.write(`| ${stream.name} | ${perMegabyte.toFixed(1)} | ${first.toFixed(2)} |\n`);
}
