// The page from memory: right types, tags, a policy of its own, and nothing but what was built.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readConsoleFiles } from '../../src/serve/console-files.ts';
import { consoleDesk } from '../support/console-desk.ts';

async function builtPage(): Promise<{ readonly directory: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'interlock-page-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(directory, 'assets/console-AB12.js'), 'export {};');
  await writeFile(join(directory, 'assets/look-CD34.css'), 'a{}');
  await writeFile(join(directory, 'assets/notes.txt'), 'not for the web');
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}

test('the page and its assets have their types, and only scripts and styles of ours may run', async () => {
  await using built = await builtPage();
  await using console = await consoleDesk({ page: readConsoleFiles(built.directory) });
  const page = await console.ask('GET', '/');
  assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8']);
  const policy = String(page.headers['content-security-policy']);
  for (const part of [
    "default-src 'none'",
    "script-src 'self';",
    "style-src 'self';",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ])
    assert.ok(policy.includes(part), part);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  for (const part of ["img-src 'self' data:;", "connect-src 'self';", "font-src 'self';", "form-action 'none'"])
    assert.ok(policy.includes(part), part);
  assert.equal(page.headers['cross-origin-opener-policy'], 'same-origin');
  for (const feature of ['camera', 'geolocation', 'microphone', 'payment', 'usb'])
    assert.ok(String(page.headers['permissions-policy']).includes(`${feature}=()`), feature);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['cache-control'], 'no-cache');
  const script = await console.ask('GET', '/assets/console-AB12.js');
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.match(String(script.headers['cache-control']), /immutable/);
  assert.equal((await console.ask('GET', '/assets/look-CD34.css')).headers['content-type'], 'text/css; charset=utf-8');
});

test('what was not built is not there, however it is asked for', async () => {
  await using built = await builtPage();
  await using console = await consoleDesk({ page: readConsoleFiles(built.directory) });
  for (const path of ['/assets/notes.txt', '/assets/../index.html', '/assets/%2e%2e/index.html', '/index.html', '/assets/', '/x'])
    assert.equal((await console.ask('GET', path)).status, 404, path);
  assert.match(String((await console.ask('GET', '/x')).headers['content-security-policy']), /^default-src 'none'; frame/);
});

test('what the browser has is not sent again, zipped or not', async () => {
  await using built = await builtPage();
  await using console = await consoleDesk({ page: readConsoleFiles(built.directory) });
  const plain = await console.ask('GET', '/');
  const again = await console.ask('GET', '/', { 'if-none-match': `"other", W/${String(plain.headers['etag'])}` });
  assert.deepEqual([again.status, again.text], [304, '']);
  const zipped = await console.ask('GET', '/', { 'accept-encoding': 'br, gzip', 'if-none-match': String(plain.headers['etag']) });
  assert.deepEqual([zipped.status, zipped.headers['content-encoding']], [200, 'gzip']);
  assert.notEqual(zipped.headers['etag'], plain.headers['etag']);
  const file = readConsoleFiles(built.directory).get('/');
  assert.equal(gunzipSync(file?.zipped ?? '').toString(), plain.text);
});

test('a page that was never built says how it is built', async () => {
  await using console = await consoleDesk({ page: readConsoleFiles(join(tmpdir(), 'no-such-console')) });
  const page = await console.ask('GET', '/');
  assert.equal(page.status, 503);
  assert.match(page.text, /npm run console/);
});

test('a link from elsewhere opens the page, in no frame, and opens nothing else', async () => {
  await using built = await builtPage();
  await using console = await consoleDesk({ page: readConsoleFiles(built.directory) });
  const visit = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  assert.equal((await console.ask('GET', '/', visit)).status, 200);
  assert.equal((await console.ask('GET', '/?from=chat', visit)).status, 200);
  assert.equal((await console.ask('GET', '/', { ...visit, 'sec-fetch-dest': 'iframe' })).status, 403);
  assert.equal((await console.ask('GET', '/', { ...visit, 'sec-fetch-mode': 'no-cors' })).status, 403);
  assert.equal((await console.ask('GET', '/', { ...visit, origin: 'https://evil.example' })).status, 403);
  assert.equal((await console.ask('GET', '/v1/tickets', visit)).status, 403);
  assert.equal((await console.ask('POST', '/', visit)).status, 403);
  assert.equal((await console.ask('GET', '/', { ...visit, host: 'evil.example' })).status, 421);
});
