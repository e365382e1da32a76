// Header fields in the order and spelling they arrived in, with look-ups that do not lie about repeats.

/** Flat `[name, value, name, value, …]`, as Node and undici give and take them. */
export type RawHeaders = readonly string[];

/** RFC 9110 §5: field names are case-insensitive, order of repeats matters, nothing is joined silently. */
export class HeaderList {
  readonly raw: RawHeaders;

  constructor(raw: RawHeaders) {
    this.raw = raw;
  }

  /** The value when the field is there exactly once; undefined when absent; repeats joined with ", " (RFC 9110 §5.3). */
  get(name: string): string | undefined {
    let found: string | undefined;
    for (let i = 0; i < this.raw.length; i += 2) {
      const field = this.raw[i];
      if (field === undefined || field.length !== name.length || field.toLowerCase() !== name) continue;
      const value = this.raw[i + 1] ?? '';
      found = found === undefined ? value : `${found}, ${value}`;
    }
    return found;
  }

  /** Every value of a field, in order. `name` is lower case. */
  all(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.raw.length; i += 2) {
      const field = this.raw[i];
      if (field !== undefined && field.length === name.length && field.toLowerCase() === name) {
        values.push(this.raw[i + 1] ?? '');
      }
    }
    return values;
  }

  has(name: string): boolean {
    for (let i = 0; i < this.raw.length; i += 2) {
      const field = this.raw[i];
      if (field !== undefined && field.length === name.length && field.toLowerCase() === name) return true;
    }
    return false;
  }

  /** A copy without the named fields (lower case). */
  without(names: ReadonlySet<string>): HeaderList {
    const kept: string[] = [];
    for (let i = 0; i < this.raw.length; i += 2) {
      const field = this.raw[i] ?? '';
      if (!names.has(field.toLowerCase())) kept.push(field, this.raw[i + 1] ?? '');
    }
    return new HeaderList(kept);
  }

  /** A copy where `name` stands exactly once, with this value, at the end. */
  with(name: string, value: string): HeaderList {
    return new HeaderList([...this.without(new Set([name.toLowerCase()])).raw, name, value]);
  }
}
