// What every route of the control socket takes and gives.

/** `required` and `optional` are JSON Schema properties; anything else in the body is refused. */
export function body(required: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}) {
  return {
    schema: {
      body: {
        type: 'object',
        additionalProperties: false,
        required: Object.keys(required),
        properties: { ...required, ...optional },
      },
    },
  };
}

export async function result<T>(answer: Promise<T>): Promise<{ readonly result: T }> {
  return { result: await answer };
}
