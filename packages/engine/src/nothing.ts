import {ErrorCode, PipelineError, type Source} from '@sluice/core';

/**
 * The error of a copy of nothing. It is none to be run: what is live would be replaced by nothing,
 * when a pattern is misspelt or the URL names another database as when somebody meant it. CONFIG when
 * the source has something and the run chooses none of it, SCHEMA when the source has nothing.
 */
export function nothingToCopy({label}: Source, because: 'not there' | 'not chosen' | 'left out' | 'not possible'): PipelineError {
  const error = (code: ErrorCode, what: string, remedy: string) =>
    new PipelineError(code, `${what}: there is nothing to copy, and what is at the destination stays as it is`, {remedy});
  switch (because) {
    case 'not there': return error(ErrorCode.SCHEMA, `${label} holds no table that can be read`, 'check the URL, and what the user may read');
    case 'not chosen': return error(ErrorCode.CONFIG, `no table or view of ${label} is chosen`, 'correct the patterns');
    case 'not possible': return error(ErrorCode.SCHEMA, `nothing of ${label} that is chosen can be made at the destination`, 'choose the tables that the views read as well');
    case 'left out': return error(ErrorCode.CONFIG, `every table of ${label} that is chosen is left out by the rules`, 'let the policy keep one');
  }
}
