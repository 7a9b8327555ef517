import {ErrorCode, PipelineError} from '@sluice/core';
import type {JsonFault} from './scan.ts';

/** What is wrong with a document, without any of it: not even the name of a member, which may be somebody's. */
export function describeFault({kind, path, found}: JsonFault): string {
  switch (kind) {
    case 'malformed': return 'is not JSON';
    case 'tooDeep': return `is nested too deep below ${path}`;
    case 'undecided': return `has values at ${path} that no path decides about`;
    case 'scalar': return `has a single value (${found!}) at ${path}, and paths lead into it`;
    case 'container': return `has an ${found!} at ${path}, and its method is for single values`;
  }
}

export function faultError(fault: JsonFault, table: string, column: string): PipelineError {
  const undecided = fault.kind === 'undecided';
  return new PipelineError(undecided ? ErrorCode.UNDECIDED : ErrorCode.VALUE, `${table}.${column} ${describeFault(fault)}`, {
    table, column, ...(undecided && {remedy: `decide about ${fault.path} under \`json\` of the column (* stands for a member that is not named there), or let it go by \`undecided: drop\``}),
  });
}
