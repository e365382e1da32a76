// What is measured: each scenario is one shape of load, the same for every peer.

import { HOST, NEW_NAME_PATTERN, STRIPE_HOST } from './bench-names.ts';

export interface Scenario {
  readonly name: string;
  readonly host: string;
  readonly connections: number;
  readonly requests: number;
  readonly method: string;
  /** `%d` is a number that no other request has. */
  readonly path: string;
  readonly body: string | null;
  readonly newConnectionEach: boolean;
  /** What the ratio compares: CPU of one request (lower is better) or throughput (higher is better). */
  readonly figure: 'cpu' | 'throughput';
  readonly against: 'squid' | 'pipe';
  /**
   * The peer's figure of another scenario is the yardstick. Squid opens a new upstream connection for each POST (it never
   * repeats one that may have had an effect), so its POST says little of the cost of a request.
   */
  readonly yardstick: string | null;
  /** The ratio that Interlock must reach: at most for CPU, at least for throughput. */
  readonly target: number;
}

const ONE_URL = '1 KB GET, one URL';

export const SCENARIOS: readonly Scenario[] = [
  scenario({ name: ONE_URL, path: '/1k', target: 1.3 }),
  scenario({ name: '1 KB GET, new path each', path: '/1k/%d', target: 2 }),
  scenario({
    name: 'Stripe refund POST, inspected',
    host: STRIPE_HOST,
    method: 'POST',
    path: '/v1/refunds',
    body: 'charge=ch_bench&amount=1250&reason=requested_by_customer&metadata%5Border%5D=1042',
    yardstick: ONE_URL,
    target: 2.5,
  }),
  scenario({ name: '10 MB GET', path: '/10m', connections: 4, requests: 10, figure: 'throughput', against: 'pipe', target: 0.8 }),
  scenario({
    name: 'new connection, new name',
    host: NEW_NAME_PATTERN,
    path: '/1k',
    connections: 4,
    requests: 50,
    newConnectionEach: true,
    target: 1,
  }),
];

function scenario(given: Partial<Scenario> & Pick<Scenario, 'name' | 'path' | 'target'>): Scenario {
  return {
    host: HOST,
    connections: 16,
    requests: 500,
    method: 'GET',
    body: null,
    newConnectionEach: false,
    figure: 'cpu',
    against: 'squid',
    yardstick: null,
    ...given,
  };
}
