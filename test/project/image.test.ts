// The Dockerfile and the script that stands in for it take the same steps, and neither carries what it must not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from '../../src/config/yaml-source.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { textOf } from './tree.ts';

const dockerfile = textOf('Dockerfile');
const steps = textOf('scripts/image-steps.sh');

test('every npm step of the image is a step of the script', () => {
  const commands = [...dockerfile.matchAll(/^RUN (npm .*)$/gm)].map((match) => match[1] ?? '');
  assert.ok(commands.length >= 3);
  for (const command of commands) assert.ok(steps.includes(`  ${command}\n`), command);
});

test('it runs as a user of its own, with a health check and volumes', () => {
  for (const part of [
    /^USER 10001:10001$/m,
    /^HEALTHCHECK /m,
    /^VOLUME \["\/certs", "\/policies", "\/data"\]$/m,
    /^ENTRYPOINT \["\/app\/bin\/interlock"\]$/m,
  ]) {
    assert.match(dockerfile, part);
  }
});

test('only what is named gets into the build: no keys, no ledger', () => {
  const lines = textOf('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.equal(lines[0], '*');
  assert.ok(lines.slice(1).every((line) => /^![a-zA-Z./-]+$/.test(line) && !/certs|data/.test(line)));
  for (const [, source = ''] of dockerfile.matchAll(/^COPY (?!--from)(\S+)/gm)) assert.ok(lines.includes(`!${source}`), source);
});

test('its configuration fits the schema and keeps the console inside', () => {
  const config = fileSchema.parse(parseYaml(textOf('docker/interlock.yaml'), 'docker/interlock.yaml').value);
  assert.equal(config.console.listen, '127.0.0.1:8081');
  assert.deepEqual([config.dataDir, config.certsDir, config.policiesDir], ['/data', '/certs', '/policies']);
});
