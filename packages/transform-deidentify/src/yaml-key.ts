/** A name as a YAML key that means only itself: stars and backslashes are escaped. */
export function yamlKey(name: string): string {
  const pattern = name.replace(/[\\*?]/gu, '\\$&');
  return /^[A-Za-z_][A-Za-z0-9_]*$/u.test(pattern) && !/^(null|true|false)$/iu.test(pattern) ? pattern : JSON.stringify(pattern);
}
