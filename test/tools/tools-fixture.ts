// tools.yaml over the shipped schema, and calls of the tools in it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Action } from '../../src/classify/action.ts';
import type { ModelToolCall } from '../../src/classify/tool-call.ts';
import { openInstance } from '../../src/decide/engine.ts';
import { shapeOf } from '../../src/decide/schema-shape.ts';
import { createToolReader } from '../../src/tools/tool-reader.ts';
import { parseTools } from '../../src/tools/tools-file.ts';

const parsed = openInstance().parseSchema(readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8'));
if ('errors' in parsed) throw new Error('the shipped schema does not load');
export const SHAPE = shapeOf(parsed.value);

const CALL: ModelToolCall = {
  tool: 't',
  api: 'openai-chat',
  scheme: 'https',
  authority: { host: 'api.openai.com', port: 443 },
  model: 'gpt-5',
  arguments: Buffer.alloc(0),
  form: 'json',
  sure: true,
};

/** What a call of the tool `t` does, by `text` (tools.yaml), besides being a call. */
export function doneBy(text: string, args: unknown, change: Partial<ModelToolCall> = {}): readonly Action[] {
  const { tools, findings } = parseTools('tools.yaml', text, SHAPE);
  assert.deepEqual(findings, []);
  const given = Buffer.from(typeof args === 'string' ? args : JSON.stringify(args));
  const actions = createToolReader(new Map(), tools, 'b').actionsOf({ ...CALL, arguments: given, ...change });
  const [itself, ...done] = actions;
  assert.equal(itself?.name, 'llm.tool-call');
  return done;
}

/** The one thing that it does. */
export function did(text: string, args: unknown, change: Partial<ModelToolCall> = {}): Action {
  const [action, ...more] = doneBy(text, args, change);
  assert.ok(action !== undefined && more.length === 0);
  return action;
}
