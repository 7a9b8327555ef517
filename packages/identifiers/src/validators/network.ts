/** An e-mail address as RFC 5321 limits it (64 and 255 octets), with a domain of two or more labels; quoted local parts, which nobody has, are not accepted. */
export function isEmail(text: string): boolean {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  return at > 0 && at <= 64 && /^[^\s@"(),:;<>[\\\]]+$/.test(trimmed.slice(0, at)) && !/^\.|\.\.|\.$/.test(trimmed.slice(0, at)) && isDomain(trimmed.slice(at + 1));
}

/** A domain name of two or more labels (RFC 1035), also with letters of any script (RFC 5890); the last label has no digits. */
export function isDomain(text: string): boolean {
  if (text.length > 255) return false;
  const labels = text.split('.');
  return labels.length > 1 && labels.every(label => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u.test(label)) && /^(?:\p{L}{2,}|xn--[a-z0-9-]+)$/iu.test(labels.at(-1)!);
}

/** A web address: a scheme with `//`, or `www.`, or `mailto:`-like schemes that name a person or place (RFC 3986). */
export function isUrl(text: string): boolean {
  const trimmed = text.trim();
  return /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/?#]+\S*$/i.test(trimmed)
    || (/^www\d?\.[^\s/?#]+\S*$/i.test(trimmed) && isDomain(trimmed.split(/[/?#:]/, 1)[0]!));
}

/** An address of the Internet Protocol, version 4 (RFC 791) or 6 (RFC 4291), without port or prefix. */
export function isIp(text: string): boolean {
  const trimmed = text.trim();
  return isIpv4(trimmed) || isIpv6(trimmed);
}

/** Four numbers of 0 to 255 between dots, without leading zeros. */
export function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** Eight groups of up to four hexadecimal digits, or fewer around one `::`; the last two groups may be an IPv4 address; a zone may follow `%`. */
export function isIpv6(text: string): boolean {
  const bare = text.replace(/%[\w.-]{1,32}$/, '');
  if (bare.length < 2 || bare.length > 45) return false;
  const halves = bare.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map(half => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1) ?? '';
  const quad = last.includes('.');
  if (quad && (!isIpv4(last) || groups.at(-1)!.length === 0)) return false;
  const count = all.length + (quad ? 1 : 0);
  return all.slice(0, quad ? -1 : undefined).every(group => /^[\da-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count <= 7 : count === 8);
}

/** The hardware address of a network interface, 48 or 64 bits, in the writings of IEEE 802 and of Cisco. */
export function isMac(text: string): boolean {
  return /^\s*(?:[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2}){4}(?:(?:\1[\da-f]{2}){2})?|[\da-f]{4}(?:\.[\da-f]{4}){2,3})\s*$/i.test(text);
}
