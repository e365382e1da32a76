// Source files that no test of their own room runs, because they only do something in a whole gateway, and the test that has one.

export const END_TO_END_ONLY: ReadonlyMap<string, string> = new Map([['src/main.ts', 'test/project/bin.test.ts']]);
