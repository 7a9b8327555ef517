import {redactText} from '@sluice/config';
import {ErrorCode, PipelineError, type ReportedError} from '@sluice/core';
import {printable} from './printable.ts';

/** An error as a document tells it. What is not a PipelineError is a bug, and its message may quote anything: only its kind is told. */
export function reported(error: unknown): ReportedError {
  if (!(error instanceof PipelineError)) {
    return {code: 'SLUICE_INTERNAL', message: `an internal error stopped the program (${kindOf(error)})`, remedy: 'run again with --verbose and report what it prints'};
  }
  const {code, message, context, remedy, problems} = error;
  return {code, message: redactText(message), ...context, ...(remedy !== undefined && {remedy: redactText(remedy)}), ...(problems.length > 0 && {problems})};
}

/**
 * An error for a person: one sentence that names place and remedy; the problems, when there are
 * several; text to paste, when the remedy has several lines.
 */
export function failureText(error: ReportedError, paint: (style: 'red', text: string) => string = (_, text) => text): string {
  const {message, remedy, problems = [], table, column, row} = error;
  const where = [
    ...(table !== undefined && !message.includes(table) ? [`table ${table}`] : []),
    ...(column !== undefined && !message.includes(column) ? [`column ${column}`] : []),
    ...(row !== undefined && !new RegExp(`\\brow ${row + 1}\\b`, 'u').test(message) ? [`row ${row + 1}`] : []),
  ];
  const sentence = `${message}${where.length > 0 ? ` (${where.join(', ')})` : ''}`;
  const listed = problems.length > 1 || problems.some(problem => !message.includes(problem.message));
  const inline = remedy !== undefined && !remedy.includes('\n') && !isCommand(remedy);
  return [
    `${paint('red', 'error:')} ${printable(redactText(`${sentence}${inline ? `; ${remedy}` : ''}${listed ? ':' : ''}`))}`,
    ...(listed ? problems.map(({path, message: text}) => printable(redactText(`  ${path === undefined ? '' : `${path}: `}${text}`))) : []),
    ...(remedy === undefined || inline ? [] : isCommand(remedy) ? [printable(remedy)] : ['', printable(remedy)]),
  ].join('\n');
}

/** The same for a log: with its code, which is what a machine looks for. */
export const loggedText = (error: ReportedError): string => `${error.code} ${failureText(error).replace(/^error: /, '')}`;

const isCommand = (remedy: string) => remedy.startsWith('try: ');

/**
 * Where an error and its causes come from, for `--verbose`. Messages of drivers and of the language
 * may quote values of rows, so they are left out; codes and places in the source are not.
 */
export function stackText(error: unknown): string {
  const lines: string[] = [];
  for (let one = error, depth = 0; one !== undefined && one !== null && depth < 10; one = one instanceof Error ? one.cause : undefined, depth++) {
    if (!(one instanceof Error)) {
      lines.push(`${depth > 0 ? 'caused by ' : ''}a thrown ${typeof one}`);
      break;
    }
    const code = 'code' in one ? ` ${String(one.code)}` : 'errno' in one ? ` ${String(one.errno)}` : '';
    lines.push(`${depth > 0 ? 'caused by ' : ''}${kindOf(one)}${code}${isHarmless(one) ? `: ${redactText(one.message)}` : ''}`);
    lines.push(...(one.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)));
    if (one instanceof AggregateError) lines.push(...one.errors.map(inner => stackText(inner)));
  }
  return printable(lines.join('\n'));
}

/** Whether the message is known to hold no value of a row: our own, those of the operating system (paths, addresses) and of missing modules. */
function isHarmless(error: Error): boolean {
  if (error instanceof PipelineError || 'syscall' in error) return true;
  return 'code' in error ? error.code === 'ERR_MODULE_NOT_FOUND' : error.constructor === Error && !('sqlMessage' in error);
}

const kindOf = (error: unknown) => error instanceof Error ? error.name : typeof error;

/** The error of a wrong command line, with the command that would be right. */
export const usageError = (message: string, tryThis: string, problems?: PipelineError['problems']) =>
  new PipelineError(ErrorCode.CONFIG, message, {remedy: `try: ${tryThis}`, ...(problems && {problems})});
