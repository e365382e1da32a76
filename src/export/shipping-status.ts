// What is known of a sink: how far it got, and how it went last.

import type { ShippingState } from './shipper.ts';

export interface ShippingStatus extends ShippingState {
  readonly name: string;
  /** `/var/log/interlock.jsonl`, `siem.example.org:6514`. */
  readonly target: string;
}
