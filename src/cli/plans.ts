// `interlock plans`: what agents were let do step by step, how far each plan has come, and how one is ended.

import { type Command, Option } from 'commander';
import { PLAN_STATES } from '../plan/plan.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, group, leaf, withOperator } from './common-options.ts';
import { planLines } from './plan-view.ts';
import { table } from './table.ts';

interface ListOptions extends CommonOptions {
  readonly state?: string;
  readonly agent?: string;
}

export function registerPlans(program: Command, cli: Cli): void {
  const plans = group(program, 'plans', 'list, show and revoke plans of agents', 'plans list --state accepted');
  leaf(plans, 'list', 'list plans, newest first', ['plans list --state accepted', 'plans list --json'])
    .addOption(new Option('--state <state>', 'only those in this state').choices(PLAN_STATES))
    .option('--agent <name>', 'only those of this agent')
    .action((_: ListOptions, command: Command) => list(cli, command.optsWithGlobals()));
  leaf(plans, 'show <id>', 'show one plan: its steps, how far each may differ, and what took them', [
    'plans show p_EXAMPLE',
  ]).action((id: string, _: CommonOptions, command: Command) => show(cli, id, command.optsWithGlobals()));
  leaf(plans, 'revoke <id>', 'end a plan; nothing more goes by it', ['plans revoke p_EXAMPLE']).action(
    (id: string, _: CommonOptions, command: Command) => revoke(cli, id, command.optsWithGlobals()),
  );
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const filter = {
    ...(options.state === undefined ? {} : { state: options.state }),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
  };
  const plans = await withOperator(cli, options, (operator) => operator.listPlans(filter));
  answer(cli, options, plans, () =>
    plans.length === 0
      ? ['No plans.']
      : table(
          ['ID', 'STATE', 'AGENT', 'STEPS TAKEN', 'UNTIL', 'TICKET', 'TITLE'],
          plans.map((plan) => [
            plan.id,
            plan.state,
            plan.session === null ? plan.agent : `${plan.agent}~${plan.session}`,
            `${plan.taken} of ${plan.steps}`,
            plan.expiresAt,
            plan.ticket ?? '',
            plan.title,
          ]),
        ),
  );
}

async function show(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const plan = await withOperator(cli, options, (operator) => operator.showPlan(id));
  answer(cli, options, plan, () => planLines(plan));
}

async function revoke(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  await withOperator(cli, options, (operator) => operator.revokePlan(id));
  answer(cli, options, { id, revoked: true }, () => [`Plan ${id} is revoked; nothing more goes by it.`]);
}
