// The lists that the guard compares with: well-formed, and ordered so that the nearest name is said.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { canonicalHost } from '../../src/connection/authority.ts';
import { isCidr } from '../../src/config/address.ts';
import { GLOBAL_IPV6, METADATA_ADDRESSES, METADATA_NAMES, SPECIAL_IPV4, SPECIAL_IPV6 } from '../../src/forward/special-ranges.ts';

it('holds blocks without bits behind their prefix, each once', () => {
  const blocks = [...SPECIAL_IPV4, ...SPECIAL_IPV6, { cidr: GLOBAL_IPV6, name: 'global' }];
  for (const { cidr, name } of blocks) assert.ok(isCidr(cidr) && name !== '', cidr);
  assert.equal(new Set(blocks.map(({ cidr }) => cidr)).size, blocks.length);
  assert.ok(SPECIAL_IPV4.every(({ cidr }) => !cidr.includes(':')) && SPECIAL_IPV6.every(({ cidr }) => cidr.includes(':')));
});

it('holds metadata addresses and names as they are compared', () => {
  for (const host of [...METADATA_ADDRESSES, ...METADATA_NAMES]) assert.equal(canonicalHost(host), host);
});
