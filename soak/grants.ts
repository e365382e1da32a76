// One grant, a thousand identical requests at once: exactly one of them goes out.

import { startInterlock } from '../test/support/interlock.ts';
import { startStripeOrigin } from '../test/support/stripe-origin.ts';
import { curl } from '../test/support/agent-client.ts';
import { openTls } from '../test/support/raw-connection.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { ticketIn } from '../test/support/ticket-in.ts';
import { expectFigure, type SoakCase } from './soak-case.ts';

const REDEMPTIONS = 1000;
const BODY = 'charge=ch_known&amount=420000';
const REQUEST = `POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Bearer sk_test_soak\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

export const grants: SoakCase = {
  name: `${REDEMPTIONS} redemptions of one grant at once`,
  minutes: 1,
  async run(say) {
    await using ca = await createThrowawayCa();
    await using stripe = await startStripeOrigin(ca);
    await using interlock = await startInterlock({
      caFiles: [ca.certFile],
      hosts: { 'api.stripe.com': stripe.address },
      entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
      config: { approvals: { holdSeconds: 1 }, log: { level: 'warn' } },
    });
    const agent = await interlock.addAgent('greedy', { teams: ['support'] });
    const clerk = await interlock.addUser('finance-desk', ['finance']);
    const first = await curl(agent, [
      'https://api.stripe.com/v1/refunds',
      '-H',
      'Authorization: Bearer sk_test_soak',
      '-d',
      BODY,
    ]);
    const ticket = ticketIn(first.body);
    const approved = await interlock.cli(['tickets', 'approve', ticket], { INTERLOCK_TOKEN: clerk });
    expectFigure(approved.code === 0, approved.stderr);
    let sent = 0;
    let refused = 0;
    const batch = async (size: number): Promise<void> => {
      const connections = await Promise.all(Array.from({ length: size }, () => openTls(interlock, agent, 'api.stripe.com:443')));
      await Promise.all(
        connections.map(async (connection) => {
          connection.write(REQUEST);
          const answer = await connection.answer(30_000);
          if (answer.status === 200) sent += 1;
          else refused += 1;
          connection.socket.destroy();
        }),
      );
    };
    // In flights of 250 connections: the file descriptors of one process are not what is tested.
    for (let done = 0; done < REDEMPTIONS; done += 250) await batch(250);
    say(`${sent} sent, ${refused} refused or waiting; Stripe moved money ${stripe.movements.length} time(s)`);
    expectFigure(sent === 1 && stripe.movements.length === 1, 'a grant is for one use');
    expectFigure((await interlock.verify()).ok, 'the chain does not hold');
  },
};
