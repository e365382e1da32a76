// What @peculiar/x509's dependency container asks of `Reflect` when it is imported. No class of its carries metadata that we
// use, so every look-up may find none; a metadata library would only add a dependency to the folder that holds the CA key.

const NOTHING_KNOWN = {
  getMetadata: (): undefined => undefined,
  getOwnMetadata: (): undefined => undefined,
  hasOwnMetadata: (): boolean => false,
  defineMetadata: (): void => {},
};

/** Fills in what `Reflect` lacks; what is there already stays. Call it before the first import of @peculiar/x509. */
export function provideReflectMetadata(): void {
  for (const [name, value] of Object.entries(NOTHING_KNOWN)) {
    if (!Reflect.has(Reflect, name)) Reflect.set(Reflect, name, value);
  }
}
