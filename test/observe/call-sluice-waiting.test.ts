// While people think about a call its client hears that somebody is there, and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderList } from '../../src/http/headers.ts';
import { callSluice } from '../../src/observe/call-sluice.ts';
import type { CallFate } from '../../src/providers/call-reader.ts';
import { anthropicAnswer } from '../../src/providers/llm/anthropic-answer.ts';
import { ANTHROPIC_EVENTS } from '../support/model-answers.ts';

test("a held call is kept alive by the protocol's own ping, and by nothing once it is decided", async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const said: string[] = [];
  const verdict = Promise.withResolvers<CallFate>();
  const rewriter = callSluice(
    { kind: 'calls', api: 'x', model: null, open: () => anthropicAnswer(true, 1000) },
    { limitBytes: 1000, judge: () => verdict.promise },
  ).open(
    { status: 200, headers: new HeaderList([]) },
    {
      mayDo: () => Promise.resolve(true),
      learn: () => undefined,
      find: () => undefined,
      say: (bytes) => said.push(bytes.toString()),
    },
  );
  const rest = rewriter?.push(Buffer.from(ANTHROPIC_EVENTS));
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /then look\./);
  t.mock.timers.tick(25_000);
  assert.deepEqual(said.slice(1), ['event: ping\ndata: {"type": "ping"}\n\n', 'event: ping\ndata: {"type": "ping"}\n\n']);
  verdict.resolve({ kind: 'pass' });
  const text = `${String(await rest)}${String(await rewriter?.end())}`;
  const own = (one: string): boolean => one.startsWith('event: ping');
  assert.equal(said.filter((one) => !own(one)).join('') + text, ANTHROPIC_EVENTS);
  t.mock.timers.tick(60_000);
  assert.equal(said.filter(own).length, 2);
});
