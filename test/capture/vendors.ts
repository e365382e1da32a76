// Every vendor whose fixtures are captured, the most harmful families first.

import { adyenVendor } from './adyen.ts';
import { paypalVendor } from './paypal.ts';
import { plaidVendor } from './plaid.ts';
import { squareVendor } from './square.ts';
import { stripeVendor } from './stripe.ts';
import type { Vendor } from './vendor.ts';

export const VENDORS: readonly Vendor[] = [stripeVendor, paypalVendor, squareVendor, adyenVendor, plaidVendor];
