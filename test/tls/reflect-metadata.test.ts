// The stand-in for a metadata library: enough for the import, and in nobody's way.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { provideReflectMetadata } from '../../src/tls/reflect-metadata.ts';

it('lets @peculiar/x509 be imported', async () => {
  provideReflectMetadata();
  assert.equal(typeof (await import('@peculiar/x509')).X509CertificateGenerator.create, 'function');
});

it('leaves what Reflect has already', () => {
  const own = (): string => 'own';
  Reflect.set(Reflect, 'getMetadata', own);
  provideReflectMetadata();
  assert.equal(Reflect.get(Reflect, 'getMetadata'), own);
});
