// What DynamoDB's batches and transactions do, also where what is in them can't be read (E24).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dynamodbEffect, dynamodbWorks } from '../../../src/providers/database/dynamodb-operations.ts';

test('every write of a transaction and of a batch is told', () => {
  const effects = (operation: string, document: Parameters<typeof dynamodbWorks>[1]): unknown =>
    dynamodbWorks(operation, document)?.map(({ effect, tables }) => `${effect} ${tables?.join() ?? ''}`);
  const items = [{ ConditionCheck: { TableName: 'a' } }, { Delete: { TableName: 'b' } }];
  assert.match(String(effects('TransactWriteItems', { TransactItems: items })), /delete b/);
  assert.match(String(effects('BatchWriteItem', { RequestItems: { c: [{ DeleteRequest: {} }] } })), /delete c/);
});

test('what can not be read of them is a write', () => {
  for (const operation of [
    'BatchWriteItem',
    'TransactWriteItems',
    'ExecuteTransaction',
    'BatchExecuteStatement',
    'BatchNewItem',
  ]) {
    assert.notEqual(dynamodbEffect(operation), 'read', operation);
    assert.equal(
      dynamodbWorks(operation, { TransactItems: 'x', RequestItems: [], Statements: {} })?.some(
        ({ effect }) => effect === 'read',
      ) ?? false,
      false,
    );
  }
});
