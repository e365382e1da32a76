// The notice that goes with a fresh token.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentTokenLines, userTokenLines } from '../../src/cli/token-notice.ts';
import { configFile } from '../config/config-file.ts';

test("an agent's has a call that can be pasted as it stands", () => {
  using it = configFile('certsDir: keys');
  const text = agentTokenLines(it.load(), 'bin/interlock', 'bot', 'tok').join('\n');
  assert.ok(text.includes(`curl --proxy http://bot:tok@127.0.0.1:8080 --cacert ${it.folder}/keys/ca.pem https://`));
  assert.match(text, /shown this once/);
  assert.match(text, /bin\/interlock exec --agent bot/);
});

test("a user's names the variable that keeps it out of the process list", () => {
  assert.match(userTokenLines('bin/interlock', 'tok').join('\n'), /token {2}tok[^]*INTERLOCK_TOKEN=/);
});
