import {wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';

/** What a person is called by a machine. */
const accounts = new Set(['user', 'username', 'userid', 'login', 'logon', 'screenname', 'gamertag', 'handle']);

/** "with user mhollister", "login jdoe": a word that no list has behind the word for an account. Labels with a colon are for `@sluice/identifiers`. */
export function findLogins(scan: Scan): void {
  for (let at = 1; at < scan.tokens.length; at++) {
    const token = scan.tokens[at]!;
    if (!accounts.has(scan.tokens[at - 1]!.folded) || scan.taken(at) || token.breaks > 0 || token.shape !== 'lower') continue;
    if (token.text.length >= 4 && token.text.length <= 32 && token.word === 0 && !wordBits.medical(token.bits)) scan.report(at, at, 'name.user', 'name.login', 0.75);
  }
}
