import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchParts, claimsTooMuch, itemReadings } from '../../src/classify/embedded-batch.ts';
import { requestView } from '../support/request-view.ts';

const part = (type = 'application/http'): string => `--b\r\nContent-Type: ${type}\r\n\r\nGET /a\r\n`;

function count(body: string, type = 'multipart/mixed; boundary=b', problem: string | null = null): number | undefined {
  const request = requestView('POST', '/batch', { headers: ['Content-Type', type] });
  return batchParts(request, { bytes: Buffer.from(body), problem }, 2)?.length;
}

test('a batch is its parts, or nothing when any of it is something else', () => {
  assert.equal(count(`${part()}${part()}--b--`), 2);
  assert.equal(count(`${part()}${part()}${part()}--b--`), undefined);
  assert.equal(count('--b--'), undefined);
  assert.equal(count(`${part()}${part('text/plain')}--b--`), undefined);
  assert.equal(count(`${part()}--b--`, 'multipart/form-data; boundary=b'), undefined);
  assert.equal(count(`${part()}--b--`, undefined, 'larger than 1 byte'), undefined);
});

test('an item is read under each method that it claims, up to a number', () => {
  const item = requestView('POST', '/a', { headers: ['X-HTTP-Method-Override', 'DELETE', 'X-HTTP-Method', 'POST'] });
  assert.deepEqual(
    itemReadings(item).map(({ method }) => method),
    ['POST', 'DELETE'],
  );
  assert.equal(claimsTooMuch(item), false);
  assert.equal(claimsTooMuch({ ...item, claimedMethods: ['A', 'B', 'C', 'D', 'E'] }), true);
});
