// Power cuts of a whole gateway's data folder: it starts again, or says what is wrong; nothing that was recorded is gone; nothing that was
// approved once goes out twice, no step of a plan is taken twice, and no budget lets out more than its limit.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControlClient } from '../src/serve/control-client.ts';
import { controlSocketPath } from '../src/serve/control-socket.ts';
import { seeded } from '../test/record/cut-ledger.ts';
import { faultyDisk, type FaultyDisk } from '../test/support/faulty-disk.ts';
import { type GatewayProcess, startGateway } from '../test/support/gateway-process.ts';
import { startInterlock } from '../test/support/interlock.ts';
import { startStripeOrigin } from '../test/support/stripe-origin.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { checkApprovals, checkBudget, checkPlan, checkRecord, type Cut } from './folder-checks.ts';
import { BUDGET, played, type Scene, sceneBundle } from './folder-scene.ts';
import { expectFigure, type SoakCase } from './soak-case.ts';

const CUTS = 40;
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);

export const folderCuts: SoakCase = {
  name: 'power cuts of a whole data folder',
  minutes: 10,
  async run(say, { count = CUTS, progress }) {
    await using ca = await createThrowawayCa();
    await using stripe = await startStripeOrigin(ca);
    let disk: FaultyDisk | undefined;
    await using stack = new AsyncDisposableStack();
    const interlock = stack.use(
      await startInterlock({
        caFiles: [ca.certFile],
        hosts: { 'api.stripe.com': stripe.address },
        ...sceneBundle(),
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
    const report = emptyReport(scene.record.length);
    for (const moment of moments) {
      const came = await cutAt(scene, moment, random);
      add(report, came);
      progress(
        `${report.cuts} of ${moments.length} cuts, at change ${moment} of ${report.changes}, seed ${SEED}: ${JSON.stringify(came)}`,
      );
    }
    sayFigures(report, say);
    return report;
  },
};

type Came =
  | { readonly refused: string }
  | (Readonly<Awaited<ReturnType<typeof checkApprovals>>> &
      Awaited<ReturnType<typeof checkPlan>> &
      Awaited<ReturnType<typeof checkBudget>>);

interface Report {
  cuts: number;
  started: number;
  readonly refused: string[];
  sentOnce: number;
  askedAgain: number;
  /** Cuts by how the plan was found. */
  readonly plans: Record<string, number>;
  steps: number;
  /** Cuts behind which the budget let out something, and those before which all of what was used had arrived. */
  budgets: number;
  exact: number;
  /** The most that the origin received over a cut, in minor units. */
  mostOut: number;
  readonly changes: number;
  readonly seed: number;
}

function emptyReport(changes: number): Report {
  const figures = { cuts: 0, started: 0, sentOnce: 0, askedAgain: 0, steps: 0, budgets: 0, exact: 0, mostOut: 0 };
  return { ...figures, refused: [], plans: {}, changes, seed: SEED };
}

function add(report: Report, came: Came): void {
  report.cuts += 1;
  if ('refused' in came) return void report.refused.push(came.refused);
  report.started += 1;
  report.sentOnce += came.sentOnce;
  report.askedAgain += came.askedAgain;
  report.plans[came.plan] = (report.plans[came.plan] ?? 0) + 1;
  report.steps += came.steps;
  report.budgets += came.more > 0 ? 1 : 0;
  report.exact += came.used === came.out ? 1 : 0;
  report.mostOut = Math.max(report.mostOut, came.out + came.more);
}

function sayFigures(report: Report, say: (figure: string) => void): void {
  const { cuts, changes, started, refused, sentOnce, askedAgain, plans, steps, budgets, exact, mostOut } = report;
  say(`${cuts} cuts over ${changes} changes of the disk: ${started} started, ${refused.length} refused, seed ${SEED}`);
  say(`${sentOnce} approved refunds went out once behind a cut, ${askedAgain} waited for people again, none went twice`);
  const found = Object.entries(plans).map(([state, times]) => `${times} × ${state}`);
  say(`the plan was found ${found.join(', ')}; ${steps} of its refunds went out behind a cut, no step was taken twice`);
  say(
    `the budget let out more behind ${budgets} cuts, ${mostOut} of ${BUDGET} at most over a cut; its use was what had arrived after ${exact}, more after the others, less after none`,
  );
  for (const line of refused) say(`refused: ${line}`);
}

/** Close to what was promised to somebody or had gone out, and anywhere else behind the agents' tokens. */
function momentsOf({ record, marks }: Scene, count: number, random: () => number): number[] {
  const { agents, approved, arrived, proposed, accepted } = marks;
  const promises = [agents, ...approved.values(), ...arrived.values(), proposed, accepted];
  return Array.from({ length: count }, (_, i) => {
    const promise = promises[Math.floor(i / 2) % promises.length] ?? agents;
    if (i % 2 === 0) return Math.max(agents, Math.min(record.length, promise - 2 + Math.floor(random() * 6)));
    return agents + Math.floor(random() * (record.length - agents + 1));
  });
}

async function cutAt(scene: Scene, moment: number, random: () => number): Promise<Came> {
  const { interlock, record } = scene;
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
    return await afterCut(scene, moment, gateway, folder);
  } finally {
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function afterCut(scene: Scene, moment: number, gateway: GatewayProcess, folder: string): Promise<Came> {
  const operator = createControlClient(controlSocketPath(join(folder, 'data')));
  const verified = await operator.verifyLedger({ kept: [] });
  expectFigure(verified.ok, `at ${moment}: ${JSON.stringify(verified.firstBad)}`);
  const cut: Cut = { moment, gateway, operator, entries: await operator.tailLedger(1000), scene };
  checkRecord(cut);
  // Before the others: what they send is used of budgets too.
  const budget = await checkBudget(cut);
  return { ...(await checkApprovals(cut)), ...(await checkPlan(cut)), ...budget };
}
