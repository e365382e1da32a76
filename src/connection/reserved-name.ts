// The name under which an agent reaches Interlock itself through the proxy.

/** `.internal` is reserved for private use by ICANN (2024): no public upstream is ever called so. */
export const RESERVED_NAME = 'interlock.internal';
