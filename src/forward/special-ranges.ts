// Address ranges that are not the public internet: the IANA special-purpose registries (RFC 6890), and what clouds put in them.

export interface SpecialRange {
  readonly cidr: string;
  readonly name: string;
}

/** IPv4: everything that is not listed is public. */
export const SPECIAL_IPV4: readonly SpecialRange[] = [
  { cidr: '0.0.0.0/8', name: 'unspecified, "this network"' },
  { cidr: '10.0.0.0/8', name: 'private' },
  { cidr: '100.64.0.0/10', name: 'carrier-grade NAT' },
  { cidr: '127.0.0.0/8', name: 'loopback' },
  { cidr: '169.254.0.0/16', name: 'link-local' },
  { cidr: '172.16.0.0/12', name: 'private' },
  { cidr: '192.0.0.0/24', name: 'reserved for IETF protocols' },
  { cidr: '192.0.2.0/24', name: 'documentation' },
  { cidr: '192.88.99.0/24', name: '6to4 relay' },
  { cidr: '192.168.0.0/16', name: 'private' },
  { cidr: '198.18.0.0/15', name: 'benchmarking' },
  { cidr: '198.51.100.0/24', name: 'documentation' },
  { cidr: '203.0.113.0/24', name: 'documentation' },
  { cidr: '224.0.0.0/4', name: 'multicast' },
  { cidr: '255.255.255.255/32', name: 'broadcast' },
  { cidr: '240.0.0.0/4', name: 'reserved' },
];

/** The only part of IPv6 that IANA hands out as global unicast: all else is refused without being listed. */
export const GLOBAL_IPV6 = '2000::/3';

/** IPv6: names for what is refused, the first match counts. Those inside 2000::/3 are what is taken out of it. */
export const SPECIAL_IPV6: readonly SpecialRange[] = [
  { cidr: '::/128', name: 'unspecified' },
  { cidr: '::1/128', name: 'loopback' },
  { cidr: '::ffff:0:0/96', name: 'IPv4-mapped' },
  { cidr: '::/96', name: 'IPv4-compatible' },
  { cidr: '64:ff9b::/96', name: 'NAT64' },
  { cidr: '64:ff9b:1::/48', name: 'local-use NAT64' },
  { cidr: '100::/32', name: 'discard-only' },
  { cidr: '2001::/32', name: 'Teredo' },
  { cidr: '2001:2::/48', name: 'benchmarking' },
  { cidr: '2001::/23', name: 'reserved for IETF protocols' },
  { cidr: '2001:db8::/32', name: 'documentation' },
  { cidr: '2002::/16', name: '6to4' },
  { cidr: '3fff::/20', name: 'documentation' },
  { cidr: '5f00::/16', name: 'segment routing' },
  { cidr: 'fc00::/7', name: 'unique local (private)' },
  { cidr: 'fe80::/10', name: 'link-local' },
  { cidr: 'fec0::/10', name: 'site-local' },
  { cidr: 'ff00::/8', name: 'multicast' },
];

/**
 * Where clouds hand credentials to whoever asks (A9). Some lie in ranges that operators do open, and 168.63.129.16 lies in
 * public space: these are refused unless that very address is allowed.
 */
export const METADATA_ADDRESSES: readonly string[] = [
  '169.254.169.254', // AWS, Azure, Google, Oracle, DigitalOcean, OpenStack
  '169.254.169.253', // AWS resolver
  '169.254.170.2', // AWS container credentials
  '169.254.170.23', // AWS pod identity
  '169.254.0.23', // Tencent
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure host agent
  '192.0.0.192', // Oracle
  'fd00:ec2::254', // AWS
  'fd00:ec2::253', // AWS resolver
  'fd00:ec2::23', // AWS pod identity
  'fd20:ce::254', // Google
];

/** Names that only mean a metadata service, wherever they resolve to. Subdomains count. */
export const METADATA_NAMES: readonly string[] = [
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'instance-data',
  'instance-data.ec2.internal',
];
