// What an action is said to mean.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headlineOf, headlineText } from '../../console/model/headline.ts';
import type { ActionShape, Facts } from '../../console/model/shapes.ts';

function action(name: string, facts: Facts, id = 'thing', type = 'Host'): ActionShape {
  return { action: name, resource: { type, id }, facts };
}

test('the thing that matters most is the amount, the recipients, the branch, the tool, the tables', () => {
  const cases: ReadonlyArray<readonly [ActionShape, string]> = [
    [action('payment.refund', { amountMinor: 420_000, currency: 'USD', minorPerMajor: 100 }), 'Refund 4,200.00 USD'],
    [action('payment.refund', { amountKnown: false }), 'Refund an amount not known'],
    [action('email.send', { recipients: ['a@x.example'] }), 'Send mail to a@x.example'],
    [action('email.send', { recipients: ['a', 'b', 'c', 'd', 'e'] }), 'Send mail to a, b, c and 2 more'],
    [action('email.send', { recipientsKnown: false }), 'Send mail to recipients not known'],
    [action('repo.push', { ref: 'refs/heads/main', change: 'update', fastForward: 'yes' }), 'Push to main'],
    [action('repo.push', { ref: 'refs/heads/main', change: 'update', fastForward: 'no' }), 'Force-push to main'],
    [action('repo.push', { ref: 'refs/tags/v1', change: 'delete' }), 'Delete v1'],
    [action('repo.delete', {}, 'acme/site', 'Repo'), 'Repository: delete acme/site'],
    [action('mcp.call', { tool: 'delete_all', server: 's' }), 'Call the tool delete_all'],
    [action('database.delete', { verb: 'delete', tables: ['orders'] }), 'DELETE on orders'],
    [action('message.send', { channels: ['#general'] }), 'Post to #general'],
    [action('publish.package', { name: 'left', version: '1.0.0', ecosystem: 'npm' }), 'Publish left 1.0.0'],
    [action('dns.change', { names: ['www.example.com'] }), 'Change DNS of www.example.com'],
    [action('file.upload', { name: 'dump.sql', destination: 'bucket' }), 'Upload dump.sql'],
    [action('cloud.delete', { service: 'ec2', operation: 'TerminateInstances' }), 'Cloud: delete ec2 TerminateInstances'],
    [action('http.write', { method: 'POST', host: 'api.example.com', path: '/x' }), 'POST to api.example.com'],
    [action('tunnel.open', { host: 'h.example' }), 'Open a tunnel to h.example'],
    [action('something.new', {}, 'r'), 'something new to r'],
  ];
  for (const [given, expected] of cases) assert.equal(headlineText(given), expected);
});

test('what must not be overlooked is told when a fact says so, and only then', () => {
  assert.deepEqual(headlineOf(action('payment.refund', { inspected: true, amountKnown: true })).alarms, []);
  assert.equal(headlineOf(action('repo.push', { force: true, defaultBranch: true, inspected: false })).alarms.length, 3);
  assert.match(headlineOf(action('database.delete', { where: false })).alarms.join(), /every row/);
});

test("a name that is also an object's own is no family", () => {
  assert.equal(headlineText(action('constructor.x', { method: 'POST', host: 'h' })), 'POST to h');
  assert.equal(headlineText(action('payment.toString', { amountKnown: false })), 'Payment: toString an amount not known');
});
