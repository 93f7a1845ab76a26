const decoder = new TextDecoder();

/** Parses bytes as JSON on first use and remembers; undefined when they are no JSON. */
export function jsonView(bytes: Uint8Array | null): () => unknown {
  let parsed = false;
  let value: unknown;
  return () => {
    if (!parsed) {
      parsed = true;
      value = bytes === null ? undefined : parseJson(bytes);
    }
    return value;
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}
