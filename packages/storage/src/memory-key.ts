/** One key for several names. The lengths keep `a` + `b/c` and `a/b` + `c` apart, whatever stands in them. */
export function memoryKey(...names: readonly string[]): string {
  return names.map((name) => `${name.length}/${name}`).join('/');
}
