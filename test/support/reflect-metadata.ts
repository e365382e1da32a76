// What @peculiar/x509's container asks of `Reflect` at import: nothing here carries metadata, so every look-up finds none.

const absent = {
  getMetadata: (): undefined => undefined,
  getOwnMetadata: (): undefined => undefined,
  hasOwnMetadata: (): boolean => false,
  defineMetadata: (): void => {},
};

for (const [name, value] of Object.entries(absent)) {
  if (!Reflect.has(Reflect, name)) Reflect.set(Reflect, name, value);
}
