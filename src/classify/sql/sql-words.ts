// How much a text of SQL costs its parser, by its words and signs: literals and commas cost a tenth of that.

const WORD_OR_SIGN = /[A-Za-z_]+|[;=<>+*/|-]/g;

/** Counts no further than to `most`, and then gives one more. */
export function countSqlWords(text: string, most: number): number {
  WORD_OR_SIGN.lastIndex = 0;
  let count = 0;
  while (count <= most && WORD_OR_SIGN.test(text)) count += 1;
  return count;
}
