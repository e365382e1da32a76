// The address guard: which addresses may be dialled. Public ones, what the operator allowed, and never ourselves (A7-A11, A17).

import { BlockList, isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Address } from '../config/config.ts';
import { formatAuthority } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import { ipOctets } from '../tls/ip-octets.ts';
import { embeddedIPv4 } from './embedded-address.ts';
import { GLOBAL_IPV6, METADATA_ADDRESSES, SPECIAL_IPV4, SPECIAL_IPV6, type SpecialRange } from './special-ranges.ts';

export interface AddressGuard {
  /**
   * Throws ADDRESS_DENIED when `ip` must not be dialled. `pinned` says that the operator wrote this target beside its name in
   * `upstream.hosts`: then its range does not matter.
   */
  check(ip: string, port: number, pinned: boolean): void;
}

export interface AddressGuardOptions {
  /** CIDR blocks of `upstream.allowAddresses`. */
  readonly allowAddresses: readonly string[];
  /** Our own listeners. Read at each check, so that listeners may be added when their ports are known. */
  readonly own: readonly Address[];
  /** This machine's addresses. */
  readonly localAddresses?: () => readonly string[];
}

interface Range extends SpecialRange {
  contains(ip: string): boolean;
}

const CIDR = /^([0-9A-Fa-f.:]+)\/([0-9]{1,3})$/;
const IPV4_RANGES = SPECIAL_IPV4.map(toRange);
const IPV6_RANGES = SPECIAL_IPV6.map(toRange);
const PUBLIC_IPV6 = toRange({ cidr: GLOBAL_IPV6, name: 'global unicast' });
const METADATA = new Set(METADATA_ADDRESSES.map(octetKey));

/** Throws CONFIG_INVALID on an `allowAddresses` line that is no CIDR block. */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const { own, localAddresses = interfaceAddresses } = options;
  const allowed = options.allowAddresses.map((cidr) => toRange({ cidr, name: 'allowed' }));
  const allowedExactly = new Set(options.allowAddresses.filter(isSingle).map((cidr) => octetKey(cidr.split('/')[0] ?? '')));
  const isAllowed = (ip: string): boolean => allowed.some((range) => range.contains(ip));
  return {
    check(ip, port, pinned) {
      if (isIP(ip) === 0 || ip.includes('%'))
        throw denied(`${JSON.stringify(ip.slice(0, 60))} is not an IP address without a zone`);
      const embedded = embeddedIPv4(ip);
      // An address that carries another is dialled as both: the kernel or a router decides which. INVARIANT: each must pass.
      const forms = embedded === null ? [ip] : [ip, embedded];
      for (const form of forms) {
        // INVARIANT: no allow rule and no pin opens our own listeners: an agent would be judged as nobody, or approve itself.
        if (own.some((listener) => reaches(listener, form, port, localAddresses))) {
          throw denied(`${formatAuthority(ip, port)} is one of Interlock's own listeners, which are never dialled`);
        }
        if (METADATA.has(octetKey(form)) && !allowedExactly.has(octetKey(form)))
          throw refuse(ip, form, 'a cloud metadata address');
        const range = pinned || isAllowed(form) ? null : specialRange(form);
        if (range !== null) throw refuse(ip, form, `in a range that is not public: ${range.name} (${range.cidr})`);
      }
    },
  };
}

function specialRange(ip: string): SpecialRange | null {
  if (isIPv4(ip)) return IPV4_RANGES.find((range) => range.contains(ip)) ?? null;
  const listed = IPV6_RANGES.find((range) => range.contains(ip));
  if (listed !== undefined) return listed;
  return PUBLIC_IPV6.contains(ip) ? null : { cidr: `outside ${GLOBAL_IPV6}`, name: 'not global unicast' };
}

/** One family a list: BlockList lets mapped addresses match rules of the other one, and that is decided above, once. */
function toRange({ cidr, name }: SpecialRange): Range {
  const [, address = '', prefix = ''] = CIDR.exec(cidr) ?? [];
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  try {
    if (prefix === '') throw new RangeError('no prefix length');
    list.addSubnet(address, Number(prefix), family);
  } catch (error) {
    throw new InterlockError(
      'CONFIG_INVALID',
      `upstream.allowAddresses: ${JSON.stringify(cidr)} is not a CIDR block, such as 10.0.0.0/8 or fd00::/8`,
      { cause: error },
    );
  }
  return { cidr, name, contains: (ip) => isIPv4(ip) === (family === 'ipv4') && list.check(ip, family) };
}

/** Whether a connection to `ip:port` would arrive at `listener`. One that is bound to a name may be on any local address. */
function reaches(listener: Address, ip: string, port: number, localAddresses: () => readonly string[]): boolean {
  if (listener.port !== port) return false;
  const key = octetKey(ip);
  // Connecting to the unspecified address means connecting to this machine.
  if (isUnspecified(ip)) return true;
  if (isIP(listener.host) !== 0 && !isUnspecified(listener.host)) return octetKey(listener.host) === key;
  return specialRange(ip)?.name === 'loopback' || localAddresses().some((local) => octetKey(local) === key);
}

function isUnspecified(ip: string): boolean {
  return ipOctets(ip)?.every((octet) => octet === 0) === true;
}

function isSingle(cidr: string): boolean {
  return cidr.endsWith(cidr.includes(':') ? '/128' : '/32');
}

/** The same for every spelling of an address, so that `fd00:ec2:0::254` is what `fd00:ec2::254` is. */
function octetKey(ip: string): string {
  return ipOctets(ip.split('%')[0] ?? '')?.toString('hex') ?? ip;
}

function interfaceAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map((entry) => entry.address));
}

function refuse(ip: string, form: string, problem: string): InterlockError {
  const line = `${form}/${isIPv4(form) ? 32 : 128}`;
  const shown = ip === form ? ip : `${ip}, which stands for ${form},`;
  return denied(
    `${shown} is ${problem}; an operator can let it through with the line "${line}" under upstream.allowAddresses`,
    `upstream.allowAddresses: ["${line}"]`,
  );
}

function denied(message: string, hint?: string): InterlockError {
  return new InterlockError('ADDRESS_DENIED', message, hint === undefined ? {} : { hint });
}
