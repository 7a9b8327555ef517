import type {Document} from 'mongodb';

/** What servers since 4.4 say of errors after which a change stream may go on. */
export const RESUMABLE = ['ResumableChangeStreamError'];

/** The answer of a server that refuses a command, by the number of its error. */
export function failure(code: number, labels: readonly string[] = []): Document {
  return {ok: 0, code, codeName: `Error${code}`, errmsg: 'refused', ...labels.length > 0 && {errorLabels: labels}};
}
