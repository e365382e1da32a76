// The lenient variant blocks nothing: not one action of the schema, whoever asks.

import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from 'node:test';
import { createBundleJudge } from '../../src/decide/bundle-judge.ts';
import { loadBundle } from '../../src/decide/bundle.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { sliceTexts } from '../../src/decide/slices.ts';

it('observing lets every action of agents pass, and logs every write', async () => {
  const bundle = await loadBundle(join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'policies', 'observe'));
  const slots = createEngineSlots();
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  const judge = createBundleJudge(bundle, slots, generation, { generation: 1, user: () => undefined });
  for (const action of bundle.shape.actions) {
    if (!action.principals.has('Agent')) continue;
    for (const type of action.resources) {
      const facts = {
        host: 'h',
        method: 'POST',
        path: '/',
        inspected: false,
        ...(action.name === 'tunnel.open' ? { protocol: 'raw', port: 22 } : {}),
      };
      const asked = { name: action.name, resource: { type, id: 'x' }, parents: [], facts };
      const judged = judge.judge({ agent: 'bot', teams: [], user: null, session: null, provedBy: 'token' }, [asked]);
      assert.equal(
        judged.verdict,
        action.groups.has('read') ? 'ALLOW' : 'ALLOW_LOG',
        `${action.name} on ${type}: ${judged.reason}`,
      );
    }
  }
});
