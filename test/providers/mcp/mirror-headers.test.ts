import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderList } from '../../../src/http/headers.ts';
import { readRpc } from '../../../src/providers/mcp/json-rpc.ts';
import { mirrorsAgree } from '../../../src/providers/mcp/mirror-headers.ts';

const CALL = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: 'größe',
    arguments: { region: 'eu', limit: 3, deep: { flag: true, list: [1.5] } },
    _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
  },
};
const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

function agrees(headers: readonly string[], body: unknown = CALL): boolean {
  const read = readRpc(Buffer.from(JSON.stringify(body)));
  assert.ok(read !== null);
  return mirrorsAgree(new HeaderList(headers), read);
}

describe('mirrors agree', () => {
  const GOOD: readonly (readonly string[])[] = [
    [],
    ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'tools/call', 'Mcp-Name', base64('größe')],
    ['mcp-param-region', 'eu', 'Mcp-Param-Limit', '3', 'Mcp-Param-Whatever', 'true', 'Mcp-Param-Ratio', '1.5'],
    ['Mcp-Param-Region', base64('eu')],
  ];
  for (const headers of GOOD) it(headers.join(' ') || 'none', () => assert.ok(agrees(headers)));
});

describe('mirrors lie', () => {
  const BAD: readonly (readonly string[])[] = [
    ['Mcp-Method', 'tools/list'],
    ['Mcp-Method', 'tools/call', 'mcp-method', 'tools/call'],
    ['Mcp-Name', 'other'],
    ['Mcp-Name', base64('other')],
    ['Mcp-Name', base64('größe').replace('ZQ==', 'ZR==')],
    ['Mcp-Name', '=?utf-8?q?gr?='],
    ['Mcp-Param-Region', 'us'],
    ['Mcp-Param-Deep', 'true'],
    ['Mcp-Param-Whatever', 'nowhere'],
    ['MCP-Protocol-Version', '2025-06-18'],
    ['MCP-Protocol-Version', '2026-07-28', 'MCP-Protocol-Version', '2026-07-28'],
  ];
  for (const headers of BAD) it(headers.join(' '), () => assert.ok(!agrees(headers)));

  it('of a method that has no name', () =>
    assert.ok(!agrees(['Mcp-Name', 'x'], { jsonrpc: '2.0', id: 1, method: 'tools/list' })));
  it('on a batch, which no revision with mirrors has', () => assert.ok(!agrees(['Mcp-Method', 'tools/call'], [CALL])));
  it('where there are no arguments', () =>
    assert.ok(!agrees(['Mcp-Param-A', 'x'], { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } })));
});
