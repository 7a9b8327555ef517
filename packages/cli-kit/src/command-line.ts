import {redactUrl, type OptionDescription} from '@sluice/config';

/**
 * The command line as it was typed, for locks, reports and hints: URLs without user information,
 * values of secret options hidden, words quoted where a shell wants it.
 */
export function showCommandLine(name: string, argv: readonly string[], options: readonly OptionDescription[] = []): string {
  const secret = new Set(options.filter(option => option.secret).flatMap(({flag, alias}) => [...(flag ? [`--${flag}`] : []), ...(alias ? [`-${alias}`] : [])]));
  return [name, ...argv.map((word, i) => {
    const [, flag, value] = /^(--?[^=]+)=(.*)$/s.exec(word) ?? [];
    if (flag !== undefined && value !== undefined) return `${flag}=${secret.has(flag) ? '<secret>' : quote(redactUrl(value))}`;
    const before = argv[i - 1];
    return before !== undefined && secret.has(before) ? '<secret>' : quote(redactUrl(word));
  })].join(' ');
}

/** Whether a password stands in the clear in a URL among the words: other users see it in the process list. */
export function showsPassword(argv: readonly string[]): boolean {
  return argv.some(word => /^(--?[^=]+=)?[a-z][a-z0-9+.-]*:\/\/[^:/@]*:[^@]+@/is.test(word));
}

const quote = (word: string) => /^[\w@%+=:,./<>?&*[\]~#-]+$/.test(word) && !/[*?[\]&<>#~]/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
