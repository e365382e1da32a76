// Entries that share a term, as a first sequence and the steps to each that follows: `3` and `1,1,4` are 3, 4, 5 and 9.

export interface Posting {
  readonly first: number;
  /** Empty when there is only the first. */
  readonly rest: string;
}

/** `sequences` ascend and are never empty. Throws a RangeError when they are. */
export function postingOf(sequences: readonly number[]): Posting {
  const [first] = sequences;
  if (first === undefined) throw new RangeError('a posting has at least one entry');
  if (sequences.length === 1) return { first, rest: '' };
  let last = first;
  let rest = '';
  for (let i = 1; i < sequences.length; i += 1) {
    const sequence = sequences[i] ?? last;
    rest += rest === '' ? String(sequence - last) : `,${sequence - last}`;
    last = sequence;
  }
  return { first, rest };
}

/** The sequences of a posting, ascending. */
export function sequencesOf(first: number, rest: string): number[] {
  const sequences = [first];
  if (rest === '') return sequences;
  let last = first;
  for (const step of rest.split(',')) {
    last += Number(step);
    sequences.push(last);
  }
  return sequences;
}
