/**
 * A URL without user information, for output: `mysql://reader:x@db/study` becomes
 * `mysql://db/study`; values of parameters that sound like a secret go too. Never throws. When a
 * stray `@`, `/` or `?` makes it unclear where a password ends, too much is taken out, never too little.
 */
export function redactUrl(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(url);
  if (!match) return redactParameters(url);
  const [, scheme = '', rest = ''] = match;
  const last = rest.lastIndexOf('@');
  if (last < 0) return scheme + redactParameters(rest);
  const authority = rest.search(/[/?#]|$/);
  const user = rest.slice(0, last);
  // `host/path@x` has no user information; `u:p/w@host` has, although the slash says otherwise.
  if (last > authority && !user.slice(0, authority).includes(':') && !user.slice(0, authority).includes('@')) return scheme + redactParameters(rest);
  return scheme + redactParameters(rest.slice(last + 1));
}

/** Text with every URL in it redacted; for echoing what a user typed. A URL ends at white space. */
export function redactText(text: string): string {
  return text.replace(/[a-z][a-z0-9+.-]*:\/\/\S*/gi, redactUrl);
}

const redactParameters = (text: string) =>
  text.replace(/([?&;][^=&;#]*(?:pass|pwd|secret|token|api_?key|credential)[^=&;#]*=)[^&;#\s]*/gi, '$1<secret>');
