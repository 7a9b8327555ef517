import {PipelineError, type Problem} from '@sluice/core';

/** A failure as a sentence with its remedy; anything that is no failure of the server is thrown on. */
export function asProblem(error: unknown, path?: string): Problem {
  if (!(error instanceof PipelineError)) throw error;
  return {...(path !== undefined && {path}), message: error.remedy === undefined ? error.message : `${error.message}; ${error.remedy}`};
}
