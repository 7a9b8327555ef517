/** The rules of this package; to be raised whenever they may find something else. */
const RULES = '3';

/** What decides besides the rules themselves. */
interface Asked {
  readonly profile?: string;
  readonly strict?: boolean;
  readonly plugins?: readonly {readonly name: string}[];
}

/** Names the rules of a redactor, without loading them. */
export function versionOf({profile = 'safe-harbor', strict = false, plugins = []}: Asked): string {
  return [`redact-${RULES}`, profile, ...(strict ? ['strict'] : []), ...plugins.map(({name}) => name)].join('+');
}
