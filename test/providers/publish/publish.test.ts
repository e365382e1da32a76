// Publishing: known by its shape on any host, and nothing granted on a shape that only looks like it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PROVIDERS } from '../../../src/classify/provider-list.ts';
import { recognise } from '../../../src/classify/registry.ts';
import { pypi } from '../../../src/providers/publish/pypi.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { requestView } from '../../support/request-view.ts';

function act(method: string, path: string, body = '', type = 'application/json') {
  const headers = body === '' ? [] : ['Content-Type', type];
  const recognised = recognise(requestView(method, path, { host: 'registry.example.com', headers, hasBody: body !== '' }));
  const bytes = Buffer.from(body);
  const { need } = recognised;
  const size = need.kind === 'prefix' ? need.measure(bytes) : bytes.length;
  const given =
    typeof size === 'number' ? { bytes: bytes.subarray(0, size), problem: null } : { bytes: Buffer.alloc(0), problem: size };
  return recognised.classify(given).actions[0];
}

const DOCUMENT = {
  _id: 'site',
  name: 'site',
  versions: { '1.0.0': {} },
  'dist-tags': { latest: '1.0.0' },
  _attachments: { a: { data: '' } },
};

describe('npm', () => {
  it('publishes under the name in the path, and under no other', () => {
    assert.equal(act('PUT', '/site', JSON.stringify(DOCUMENT))?.resource.id, 'npm/site');
    for (const document of [
      { ...DOCUMENT, name: 'other' },
      { ...DOCUMENT, _id: 'other' },
      { ...DOCUMENT, Name: 'other' },
    ]) {
      const action = act('PUT', '/site', JSON.stringify(document));
      assert.deepEqual([action?.name, action?.facts['inspected'], action?.resource.type], ['publish.package', false, 'Host']);
    }
  });

  it('is not every PUT of a document', () => {
    assert.equal(act('PUT', '/site', '{"name":"site"}')?.name, 'http.write');
    assert.equal(act('PUT', '/a/b/c', JSON.stringify(DOCUMENT))?.name, 'http.write');
  });
});

describe('an image', () => {
  it('has the name between the version of the API and the last of its words', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 5 }), (parts) => {
        const action = act('PUT', `/v2/${parts.join('/')}/manifests/latest`, '{}');
        assert.deepEqual([action?.resource.id, action?.facts['tag']], [`oci/${parts.join('/')}`, 'latest']);
      }),
    );
  });

  it('behind another path, or a slash more, is one that is not sure', () => {
    for (const path of ['/api/docker/v2/acme/site/manifests/latest', '//v2/acme/site/manifests/latest']) {
      const action = act('PUT', path, '{}');
      assert.deepEqual([action?.name, action?.facts['inspected']], ['publish.package', false], path);
    }
  });

  it('is a piece of one for a layer, and a removal for a DELETE', () => {
    assert.equal(act('POST', '/v2/a/b/blobs/uploads/')?.facts['part'], true);
    assert.equal(act('DELETE', '/v2/a/b/blobs/sha256:x')?.name, 'publish.remove');
    assert.equal(act('POST', '/v2/a/b/manifests/latest', '{}')?.name, 'publish.unknown-write');
  });
});

describe('a Python upload', () => {
  const part = (name: string, value: string) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = '--B\r\nContent-Disposition: form-data; name="content"; filename="a.whl"\r\n\r\nx\r\n--B--\r\n';
  const upload = (body: string, path = '/upload') => act('POST', path, body, 'multipart/form-data; boundary=B');

  it('is told by its fields, which stand before the file', () => {
    const action = upload(part(':action', 'file_upload') + part('name', 'site') + part('version', '1.0') + file);
    assert.deepEqual([action?.resource.id, action?.facts['version']], ['pypi/site', '1.0']);
    assert.equal(upload(part('a', 'b') + file)?.name, 'http.write');
  });

  it('with a field twice, or none, is not inspected', () => {
    for (const body of [
      part(':action', 'x') + part('name', 'a') + part('name', 'b') + file,
      part(':action', 'x') + part(':action', 'y') + file,
    ])
      assert.equal(upload(body)?.facts['inspected'], false);
    assert.equal(upload(file, '/legacy/')?.facts['inspected'], false);
  });

  it('is one that could not be read when the field is written in an odd way, or may stand behind what is looked at', () => {
    const head = '--B\r\nContent-Disposition: form-data; ';
    for (const odd of [
      `${head}x=y; name=":action"\r\n\r\nfile_upload\r\n`,
      `${head}name*=UTF-8''%3Aaction\r\n\r\nfile_upload\r\n`,
      `${head}name=":action"\n\nfile_upload\n`,
    ]) {
      const action = upload(odd + part('name', 'site') + file);
      assert.deepEqual([action?.name, action?.facts['inspected']], ['publish.package', false], odd);
    }
    const view = requestView('POST', '/upload', {
      host: 'registry.example.com',
      headers: ['Content-Type', 'multipart/form-data; boundary=B'],
    });
    const padded = Buffer.from(part('a', 'x'.repeat(70_000))).subarray(0, 64 * 1024);
    const [action] = recognise(view).classify({ bytes: padded, problem: null }).actions;
    assert.deepEqual([action?.name, action?.facts['inspected']], ['http.write', false]);
  });

  it('never has more than the start of a body read', () => {
    const { need } =
      pypi.recognise(requestView('POST', '/x', { headers: ['Content-Type', 'multipart/form-data; boundary=B'] })) ?? {};
    assert.ok(need?.kind === 'prefix');
    assert.equal(need.measure(Buffer.alloc(10_000_000, 'a')), 64 * 1024);
    assert.equal(need.measure(Buffer.from('--B\r\n')), 'more');
  });
});

const refusal: Refusal = { kind: 'blocked', reason: 'no', policies: ['p1'], entry: '7', ticket: null, status: 403 };

it('every registry and drop host is refused with the reason', () => {
  const providers = PROVIDERS.filter(({ family }) => family === 'publish' || family === 'file');
  assert.ok(providers.length >= 7);
  for (const provider of providers) {
    const host = provider.hosts[0]?.replace('*', 'x') ?? '';
    const answer = provider.refuse(requestView('PUT', '/x', { host: host === 'x' ? 'h.example' : host }), refusal, {
      bytes: Buffer.alloc(0),
      problem: null,
    });
    assert.equal(answer.status, 403, provider.name);
    assert.match(answer.body.toString(), /Interlock: no \(policy p1; entry 7\)/, provider.name);
  }
});
