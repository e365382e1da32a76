// Source files that no test of their own room runs, because they only do something in a whole gateway, and the test that has one.

export const END_TO_END_ONLY: ReadonlyMap<string, string> = new Map([
  ['src/decide/own-judge.ts', 'test/e2e/plans.test.ts'],
  ['src/plan/seen-plan.ts', 'test/e2e/plans.test.ts'],
  ['src/serve/agent-doors.ts', 'test/e2e/plans.test.ts'],
  ['src/serve/slack-door.ts', 'test/e2e/slack.test.ts'],
  ['src/main.ts', 'test/project/bin.test.ts'],
]);
