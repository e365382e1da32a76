import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketReaders } from '../../src/classify/socket-readers.ts';
import type { SocketReader } from '../../src/providers/socket-reader.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { requestView } from '../support/request-view.ts';

const reader: SocketReader = { classify: () => [], refuse: () => null };

test('every provider of the host that reads its messages is asked, those that name it first', () => {
  const readersOf = socketReaders([
    fakeProvider('anywhere', ['*'], { socket: () => reader }),
    fakeProvider('silent', ['api.test']),
    fakeProvider('other', ['other.test'], { socket: () => reader }),
    fakeProvider('not this one', ['api.test'], { socket: () => null }),
    fakeProvider('named', ['api.test'], { socket: () => reader }),
  ]);
  const names = (host: string): string[] => readersOf(requestView('GET', '/', { host })).map(({ provider }) => provider.name);
  assert.deepEqual(names('api.test'), ['named', 'anywhere']);
  assert.deepEqual(names('else.test'), ['anywhere']);
});
