// The asking part of interlock.internal over the starter bundle and a ticket book with people: what every test of questions starts from.

import { fileURLToPath } from 'node:url';
import { type Bundle, loadBundle } from '../../src/decide/bundle.ts';
import { createBundleJudge } from '../../src/decide/bundle-judge.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { sliceTexts } from '../../src/decide/slices.ts';
import type { ToolReader } from '../../src/classify/tool-call.ts';
import type { SchemaShape } from '../../src/decide/schema-shape.ts';
import type { Judge } from '../../src/decide/judge.ts';
import type { Wishes } from '../../src/decide/wishes.ts';
import type { Principal } from '../../src/identify/principal.ts';
import type { AskDeps } from '../../src/ask/ask.ts';
import { createRecall } from '../../src/recall/recall.ts';
import type { QuestionRate } from '../../src/ask/question-rate.ts';
import { createAskDoor } from '../../src/serve/ask-door.ts';
import { createInternalSite } from '../../src/serve/internal-site.ts';
import { approvalDesk } from './approval-desk.ts';
import { handMade } from './exchange.ts';

const shipped = await loadBundle(fileURLToPath(new URL('../../policies', import.meta.url)));

/** The starter bundle's own judge. `change`: with other parts. */
export function starterJudge(change: Partial<Bundle> = {}): Judge & Wishes & ToolReader & { readonly shape: SchemaShape } {
  const bundle = { ...shipped, ...change };
  const slots = createEngineSlots();
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  const judge = createBundleJudge(bundle, slots, generation, { generation: 0, user: () => undefined });
  return { ...judge, shape: bundle.shape };
}

export const ASKER: Principal = {
  agent: 'bot',
  teams: ['support', 'engineering'],
  user: 'ada',
  session: null,
  provedBy: 'token',
};

export interface Said {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: ReturnType<typeof JSON.parse>;
}

export async function askDesk({ rate, change = {} }: { rate?: QuestionRate; change?: Partial<AskDeps> } = {}) {
  const desk = await approvalDesk();
  const judge = starterJudge();
  const kept: string[] = [];
  const deps: AskDeps = {
    judge,
    wishes: { asksFor: () => false },
    announcements: { approvedFor: () => null },
    recall: createRecall(),
    ledger: desk.ledger,
    tickets: desk.book,
    keepBody: (ticket) => Promise.resolve(void kept.push(ticket)),
    inspectBytes: 1_048_576,
    toolCallBytes: 1_000,
    connectPorts: new Set([443]),
    checkAddress: () => undefined,
    enforcement: 'enforce',
    ...change,
  };
  const caFile = fileURLToPath(new URL('../../package.json', import.meta.url));
  const doors = [createAskDoor(deps, rate)];
  const refused: string[] = [];
  const site = createInternalSite({ caFile, tickets: desk.book, doors, tally: (_source, code) => void refused.push(code) });
  let count = 0;
  const post = async (path: string, message: unknown, options: PostOptions = {}): Promise<Said> => {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    const headers = ['content-type', options.type ?? 'application/json', 'content-length', String(Buffer.byteLength(body))];
    const made = handMade(options.method ?? 'POST', path, body, {
      host: 'interlock.internal',
      headers: [...headers, ...(options.headers ?? [])],
    });
    site.answer({ ...made, id: `q${(count += 1)}`, identify: () => options.as ?? ASKER });
    const { status, headers: said, body: bytes } = await made.reply.answered;
    const fields = new Map<string, string>();
    for (let i = 0; i < said.raw.length; i += 2) fields.set(said.raw[i] ?? '', said.raw[i + 1] ?? '');
    return { status, headers: fields, body: JSON.parse(bytes.toString()) };
  };
  return { desk, deps, judge, kept, refused, post, [Symbol.dispose]: () => desk[Symbol.dispose]() };
}

interface PostOptions {
  readonly as?: Principal;
  readonly method?: string;
  readonly type?: string;
  readonly headers?: readonly string[];
}
