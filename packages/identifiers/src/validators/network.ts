import emailOf from 'validator/lib/isEmail.js';
import ipOf from 'validator/lib/isIP.js';

/** An e-mail address as RFC 5321 has it (at most 64 and 254 octets), letters of any script (RFC 6531), with a domain of two or more labels. */
export function isEmail(text: string): boolean {
  return emailOf.default(text.trim());
}

/** A domain name of two or more labels (RFC 1035), also with letters of any script (RFC 5890); the last label has no digits. */
export function isDomain(text: string): boolean {
  if (text.length > 255) return false;
  const labels = text.split('.');
  return labels.length > 1 && labels.every(label => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u.test(label)) && /^(?:\p{L}{2,}|xn--[a-z0-9-]+)$/iu.test(labels.at(-1) ?? '');
}

/** A web address: a scheme with `//`, or `www.`, or `mailto:`-like schemes that name a person or place (RFC 3986). */
export function isUrl(text: string): boolean {
  const trimmed = text.trim();
  return /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/?#]+\S*$/i.test(trimmed)
    || (/^www\d?\.[^\s/?#]+\S*$/i.test(trimmed) && isDomain(trimmed.split(/[/?#:]/, 1)[0] ?? ''));
}

/** An address of the Internet Protocol, version 4 (RFC 791) or 6 (RFC 4291), without port or prefix. */
export function isIp(text: string): boolean {
  const trimmed = text.trim();
  return isIpv4(trimmed) || isIpv6(trimmed);
}

/** Four numbers of 0 to 255 between dots, without leading zeros. */
export function isIpv4(text: string): boolean {
  return ipOf.default(text, 4);
}

/** Eight groups of up to four hexadecimal digits, or fewer around one `::`; the last two groups may be an IPv4 address; a zone may follow `%`. */
export function isIpv6(text: string): boolean {
  return ipOf.default(text, 6);
}

/** The hardware address of a network interface, 48 or 64 bits, in the writings of IEEE 802 and of Cisco. */
export function isMac(text: string): boolean {
  return /^\s*(?:[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2}){4}(?:(?:\1[\da-f]{2}){2})?|[\da-f]{4}(?:\.[\da-f]{4}){2,3})\s*$/i.test(text);
}
