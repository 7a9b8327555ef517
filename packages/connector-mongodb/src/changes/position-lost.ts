import {ErrorCode, PipelineError} from '@sluice/core';

/** Changes are missing between where reading ended and what the log still has. `where` names the log, for people. */
export function positionLost(where: string, cause?: unknown): PipelineError {
  return new PipelineError(ErrorCode.POSITION, `${where} no longer reaches back to where reading ended: the changes in between are lost to it`, {
    remedy: 'load the collections again, which sets a new position; sync more often, or keep a longer oplog', ...(cause !== undefined && {cause}),
  });
}
