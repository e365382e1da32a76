// `make demo`: both stories, live, in about a minute. Real git and the real Stripe SDK, against servers on this machine only.

import { startGithubOrigin } from '../test/support/github-origin.ts';
import { startInterlock } from '../test/support/interlock.ts';
import { startStripeOrigin } from '../test/support/stripe-origin.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { createNarrator } from './narrator.ts';
import { tellPushStory } from './push-story.ts';
import { tellRefundStory } from './refund-story.ts';

const started = performance.now();
const tell = createNarrator((text) => void process.stdout.write(text));
try {
  await demo();
} catch (error) {
  process.stdout.write(`\n    ✘ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\nThe demo did not go as it should.\n`);
  process.exitCode = 1;
}

async function demo(): Promise<void> {
  await using ca = await createThrowawayCa('Interlock demo origins');
  await using github = await startGithubOrigin(ca);
  await using stripe = await startStripeOrigin(ca);
  await using interlock = await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'github.com': github.web.address, 'api.github.com': github.api.address, 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
  });
  tell.chapter('Interlock is running');
  tell.say(`Proxy ${interlock.gateway.proxyUrl}, starter bundle, and stand-ins for GitHub (a real git server) and Stripe on loopback.`);
  await tellPushStory(tell, interlock, github);
  await tellRefundStory(tell, interlock, stripe);

  tell.chapter('The record');
  tell.say('Every verdict was in the signed chain before anything left:');
  const tail = await interlock.cli(['ledger', 'tail', '-n', '12']);
  tell.quote(`$ interlock ledger tail -n 12\n${tail.stdout}`);
  const verified = await interlock.cli(['ledger', 'verify']);
  tell.quote(`$ interlock ledger verify\n${verified.stdout}`);
  tell.check(verified.code === 0, 'the ledger holds');
  process.stdout.write(`\n${tell.checks} things checked in ${((performance.now() - started) / 1000).toFixed(0)} seconds; all as they should be.\n`);
}
