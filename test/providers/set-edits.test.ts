// The `set` edit at every API that allows edits, on a fixture of its own: one field more, and everything else as it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFormType, isJsonType, mediaType } from '../../src/classify/content-type.ts';
import { PROVIDERS } from '../../src/classify/provider-list.ts';
import { recognise } from '../../src/classify/registry.ts';
import { readFixture } from '../support/fixture-request.ts';
import { fixtureFiles } from '../support/fixture-folders.ts';

const VALUE = 7;

for (const { name, edit } of PROVIDERS.filter((provider) => provider.edit !== undefined))
  test(name, async () => {
    let tried = 0;
    for (const { folder, name: file, url } of fixtureFiles()) {
      if (folder !== name || !file.startsWith('hit-')) continue;
      const { view, inspect } = await readFixture(url);
      const { provider, actions } = recognise(view).classify(await inspect({ kind: 'whole' }));
      const body = await inspect({ kind: 'whole' });
      const text = body.bytes.toString();
      const media = mediaType(view.headers);
      const isForm = isFormType(media);
      if (provider?.name !== name || !actions.every(({ facts }) => facts['inspected'] === true)) continue;
      if (media.problem !== null || body.problem !== null || !(isForm ? text !== '' : isJsonType(media) && text.startsWith('{')))
        continue;
      const edited = edit?.(view, body, { kind: 'set', field: isForm ? 'noted' : '/noted', value: VALUE });
      assert.ok(edited);
      const after = edited.bytes.toString();
      if (isForm) assert.equal(after, `${text}&noted=${VALUE}`, file);
      else assert.deepEqual(JSON.parse(after), { ...(JSON.parse(text) as object), noted: VALUE }, file);
      assert.equal(edited.changed.length, 1);
      tried += 1;
    }
    assert.ok(tried > 0, 'no fixture of it could be edited');
  });
