import {PipelineError} from '@sluice/core';

/** Does what follows once rows are live. What fails of it, a broken connection too, is told with the load's warnings: the rows are there all the same. */
export async function onceLive(warnings: string[], follow: () => Promise<unknown>): Promise<void> {
  try {
    await follow();
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    warnings.push(`the rows are live, but what follows is not done (views, and tables of this load that go): ${error.message}; the next load of these tables makes up for it`);
  }
}
