// Source files that have no test file of their own name, and the test that runs them.

export const TESTED_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['src/main.ts', 'test/project/bin.test.ts'],
]);
