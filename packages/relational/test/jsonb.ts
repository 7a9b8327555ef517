/** Parsed JSON as PostgreSQL's `jsonb` prints it: shorter names first, then by their bytes (PostgreSQL manual, 8.14). */
export function jsonb(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonb).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => ({name: Buffer.from(name), text: `${JSON.stringify(name)}: ${jsonb(inner)}`}));
  return `{${members.sort((a, b) => a.name.length - b.name.length || a.name.compare(b.name)).map(({text}) => text).join(', ')}}`;
}
