// npm's publishing library has no types of its own.

declare module 'libnpmpublish' {
  export function publish(manifest: object, tarball: Buffer, options: object): Promise<unknown>;
}
