// Every vendor whose fixtures are captured, the most harmful families first.

import { adyenVendor } from './adyen.ts';
import { bigqueryVendor } from './bigquery.ts';
import { cloudVendors } from './clouds.ts';
import { cloudWatchVendors } from './cloudwatch.ts';
import { codeHostVendors } from './code-hosts.ts';
import { mailVendors } from './mail-apis.ts';
import { influxVendor } from './influxdb.ts';
import { mailgunVendor } from './mailgun.ts';
import { mcpVendors } from './mcp.ts';
import { messageVendors } from './messages.ts';
import { modelVendors } from './models.ts';
import { paypalVendor } from './paypal.ts';
import { plaidVendor } from './plaid.ts';
import { s3Vendor } from './s3.ts';
import { searchAndRowVendors } from './search-and-rows.ts';
import { sesVendors } from './ses.ts';
import { sqlVendors } from './sql-databases.ts';
import { squareVendor } from './square.ts';
import { storeVendors } from './stores.ts';
import { stripeVendor } from './stripe.ts';
import type { Vendor } from './vendor.ts';

export const VENDORS: readonly Vendor[] = [
  stripeVendor,
  paypalVendor,
  squareVendor,
  adyenVendor,
  plaidVendor,
  ...mailVendors,
  mailgunVendor,
  ...sesVendors,
  ...codeHostVendors,
  ...sqlVendors,
  bigqueryVendor,
  ...storeVendors,
  ...searchAndRowVendors,
  influxVendor,
  ...mcpVendors,
  ...modelVendors,
  ...cloudVendors,
  ...cloudWatchVendors,
  s3Vendor,
  ...messageVendors,
];
