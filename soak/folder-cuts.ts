// Power cuts of a whole gateway's data folder: it starts again, or says what is wrong; nothing that was recorded is gone; nothing that was
// approved once goes out twice.

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControlClient } from '../src/serve/control-client.ts';
import { controlSocketPath } from '../src/serve/control-socket.ts';
import { seeded } from '../test/record/cut-ledger.ts';
import { faultyDisk, type FaultyDisk } from '../test/support/faulty-disk.ts';
import { type GatewayProcess, startGateway } from '../test/support/gateway-process.ts';
import { startInterlock, type Interlock, type Login } from '../test/support/interlock.ts';
import { readPowerRecord, type PowerRecord } from '../test/support/power-cut.ts';
import { openTls, type RawAnswer, type Running } from '../test/support/raw-connection.ts';
import { startStripeOrigin, type StripeOrigin } from '../test/support/stripe-origin.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { ticketIn } from '../test/support/ticket-in.ts';
import { expectFigure, type SoakCase } from './soak-case.ts';

const CUTS = 24;
const REFUNDS = 6;
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);

/** What had happened, and how many changes of the disk there were by then. */
interface Marks {
  /** The agent had its token. */
  agent: number;
  /** The approver was told that the approval counts, by refund. */
  readonly approved: Map<number, number>;
  /** The origin had received it, by refund. */
  readonly moved: Map<number, number>;
}

interface Scene {
  readonly interlock: Interlock;
  readonly stripe: StripeOrigin;
  readonly agent: Login;
  readonly record: PowerRecord;
  readonly marks: Marks;
}

export const folderCuts: SoakCase = {
  name: 'power cuts of a whole data folder',
  minutes: 8,
  async run(say, { count = CUTS, progress }) {
    await using ca = await createThrowawayCa();
    await using stripe = await startStripeOrigin(ca);
    let disk: FaultyDisk | undefined;
    await using stack = new AsyncDisposableStack();
    const interlock = stack.use(
      await startInterlock({
        caFiles: [ca.certFile],
        hosts: { 'api.stripe.com': stripe.address },
        entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
        config: { approvals: { holdSeconds: 1 }, log: { level: 'warn' } },
        async env(dataDir) {
          disk = stack.use(await faultyDisk(dataDir));
          return disk.env;
        },
      }),
    );
    if (disk === undefined) throw new Error('no disk');
    const scene = await played(interlock, stripe, disk);
    const random = seeded(SEED);
    const moments = momentsOf(scene, count, random);
    const report = {
      cuts: 0,
      started: 0,
      refused: [] as string[],
      sentOnce: 0,
      askedAgain: 0,
      changes: scene.record.length,
      seed: SEED,
    };
    for (const moment of moments) {
      const came = await cutAt(scene, moment, random);
      report.cuts += 1;
      if ('refused' in came) report.refused.push(came.refused);
      else {
        report.started += 1;
        report.sentOnce += came.sentOnce;
        report.askedAgain += came.askedAgain;
      }
      progress(
        `${report.cuts} of ${moments.length} cuts, at change ${moment} of ${scene.record.length}: ${JSON.stringify(came)}`,
      );
    }
    say(
      `${report.cuts} cuts over ${report.changes} changes of the disk: ${report.started} started, ${report.refused.length} refused`,
    );
    say(
      `${report.sentOnce} approved refunds went out once behind a cut, ${report.askedAgain} waited for people again, none went twice`,
    );
    for (const line of report.refused) say(`refused: ${line}`);
    return report;
  },
};

const refund = (i: number): string => `charge=ch_known&amount=${420_000 + i}`;

async function send(running: Running, agent: Login, i: number): Promise<RawAnswer> {
  using connection = await openTls(running, agent, 'api.stripe.com:443');
  const body = refund(i);
  connection.write(
    `POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Bearer sk_test_soak\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return await connection.answer(30_000);
}

/** Of six refunds all wait, five are approved, four of these are sent. Then the power goes. */
async function played(interlock: Interlock, stripe: StripeOrigin, disk: FaultyDisk): Promise<Scene> {
  const now = (): number => readFileSync(disk.journal, 'utf8').split('\n').length - 1;
  const marks: Marks = { agent: 0, approved: new Map(), moved: new Map() };
  const agent = await interlock.addAgent('worker', { teams: ['support'] });
  marks.agent = now();
  const clerk = await interlock.addUser('finance-desk', ['finance']);
  const operator = createControlClient(controlSocketPath(join(interlock.folder, 'data')));
  for (let i = 0; i < REFUNDS; i += 1) {
    const waits = await send(interlock, agent, i);
    const ticket = ticketIn(waits.body);
    expectFigure(ticket !== '', `refund ${i} does not wait: ${waits.status} ${waits.head} ${waits.body}`);
    if (i === REFUNDS - 1) continue;
    await operator.decideTicket(ticket, 'approve', clerk);
    marks.approved.set(i, now());
    if (i === REFUNDS - 2) continue;
    const { status, body } = await send(interlock, agent, i);
    expectFigure(status === 200, `refund ${i}: ${status} ${body}`);
    marks.moved.set(i, now());
  }
  await interlock.kill9();
  const root = join(interlock.folder, 'data');
  const record = readPowerRecord({ root, journal: disk.journal, grave: disk.grave });
  expectFigure(stripe.movements.length === REFUNDS - 2, `${stripe.movements.length} moved`);
  return { interlock, stripe, agent, record, marks };
}

/** Close behind what was promised to somebody, and anywhere else behind the agent's token. */
function momentsOf({ record, marks }: Scene, count: number, random: () => number): number[] {
  const promises = [marks.agent, ...marks.approved.values(), ...marks.moved.values()];
  return Array.from({ length: count }, (_, i) => {
    const promise = promises[i % promises.length] ?? marks.agent;
    if (i % 2 === 0) return Math.min(record.length, promise + Math.floor(random() * 4));
    return marks.agent + Math.floor(random() * (record.length - marks.agent + 1));
  });
}

type Came = { readonly refused: string } | { readonly sentOnce: number; readonly askedAgain: number };

async function cutAt({ interlock, stripe, agent, record, marks }: Scene, moment: number, random: () => number): Promise<Came> {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-cut-'));
  let gateway: GatewayProcess | null = null;
  try {
    cpSync(interlock.folder, folder, { recursive: true, filter: (from) => !from.startsWith(join(interlock.folder, 'data')) });
    record.restore(moment, join(folder, 'data'), random);
    try {
      gateway = await startGateway(join(folder, 'interlock.yaml'));
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const clear = /"code":"(\w+)","message":"([^"]+)","hint":"[^"]+"/.exec(said);
      expectFigure(clear !== null, `at ${moment} it refused without a word that helps: ${said.slice(0, 500)}`);
      return { refused: `${clear?.[1]}: ${clear?.[2]?.replace(folder, '')}` };
    }
    return await afterCut({ gateway, folder, moment }, { stripe, agent, marks });
  } finally {
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function afterCut(
  { gateway, folder, moment }: { readonly gateway: GatewayProcess; readonly folder: string; readonly moment: number },
  { stripe, agent, marks }: Pick<Scene, 'stripe' | 'agent' | 'marks'>,
): Promise<Came> {
  const operator = createControlClient(controlSocketPath(join(folder, 'data')));
  const verified = await operator.verifyLedger({ kept: [] });
  expectFigure(verified.ok, `at ${moment}: ${JSON.stringify(verified.firstBad)}`);
  const spent = (await operator.tailLedger(1000)).filter(({ body }) => body.type === 'ticket' && body.move === 'spent').length;
  const moved = [...marks.moved.values()].filter((at) => at <= moment).length;
  expectFigure(spent >= moved, `at ${moment}: ${moved} refunds had arrived, and ${spent} are on record as sent`);
  let [sentOnce, askedAgain] = [0, 0];
  for (let i = 0; i < REFUNDS; i += 1) {
    const arrived = (marks.moved.get(i) ?? Number.POSITIVE_INFINITY) <= moment;
    const approved = (marks.approved.get(i) ?? Number.POSITIVE_INFINITY) <= moment;
    const before = stripe.of('/v1/refunds').length;
    const answers = [await send({ gateway }, agent, i)];
    if (answers[0]?.status === 200) answers.push(await send({ gateway }, agent, i));
    const went = stripe.of('/v1/refunds').length - before;
    const told = `at ${moment}, refund ${i}: ${answers.map(({ status }) => status).join(', ')}, ${went} moved`;
    expectFigure(!answers.some(({ status }) => status === 407), `${told}: the agent's token is gone`);
    expectFigure(went + (arrived ? 1 : 0) <= 1, `${told}: it went twice`);
    // Refunds are spent in their order. One that is on record as spent and did not arrive is for people to look at, never for a second try.
    if (approved && i >= spent) expectFigure(went === 1, `${told}: its approval is gone`);
    if (went === 1) sentOnce += 1;
    else askedAgain += 1;
  }
  return { sentOnce, askedAgain };
}
