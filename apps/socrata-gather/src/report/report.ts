import {basename, extname} from 'node:path';
import {writeFileAtomically} from '@sluice/atomic-file';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, didYouMean, duration, option, z} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {aligned, renderResult, renderResultHtml} from '@sluice/report';
import {topicsOption} from '../gather/gather.ts';
import {tool} from '../tool.ts';
import {endpointOf, readReports, type SavedReport} from '../topics/topic-file.ts';
import {MOST_ROWS} from './report-rules.ts';
import {csvText, jsonValue} from './result-forms.ts';
import {folderOf, runReport} from './run-report.ts';

export const reportConfig = defineConfig('report', 'Asks a target a saved question: a table and bars. Without a name: which there are.', {
  name: option(z.string().min(1).optional(), {describe: 'The report, by its name in the file.', env: false, value: 'NAME'}),
  topics: topicsOption,
  sql: option(z.string().min(1).optional(), {describe: 'Ask what stands in this file instead: one SELECT.', env: false, value: 'FILE'}),
  target: option(z.string().min(1).optional(), {describe: 'Ask this target of the topics file; default: that of the report, or the first.', env: false, value: 'NAME'}),
  html: option(z.string().min(1).optional(), {describe: 'Write it as a page, too.', env: false, value: 'FILE'}),
  csv: option(z.boolean().default(false), {describe: 'Print CSV: RFC 4180, with the names of the columns.', env: false}),
  limit: option(z.int().min(1).max(MOST_ROWS).optional(), {describe: 'Most rows; default 1,000, or what the report says.', env: false, value: 'N'}),
  timeout: option(duration().optional(), {describe: 'How long it may take; default 1m, or what the report says.', env: false, value: 'TIME', example: '5m'}),
});

export const report = defineCommand({
  config: reportConfig,
  positionals: ['name'],
  examples: [
    {command: 'socrata-gather report', does: 'Which reports there are.'},
    {command: 'socrata-gather report licences', does: 'A table and bars on the terminal.'},
    {command: 'socrata-gather report licences --html licences.html', does: 'Also as a page that needs nothing else.'},
    {command: 'socrata-gather report --sql breeds.sql --csv', does: 'A question that is not saved, for a spreadsheet.'},
  ],
  async run({config, out, json, quiet, ...context}) {
    const {name, sql, target, html, csv, limit, timeout, topics} = config;
    const {reports, placeOf} = await readReports(topics, context.env, context.signal);
    if (name === undefined && sql === undefined) {
      if (!json) out.write(listText([...reports.values()], topics));
      return {document: {format: 'sluice.gather-reports/1', reports: [...reports.values()].map(({name: each, title = each, to}) => ({name: each, title, target: endpointOf(to).url}))}};
    }
    if (name !== undefined && sql !== undefined) throw new PipelineError(ErrorCode.CONFIG, 'a report has its SQL in the topics file, and --sql names another', {remedy: `give --sql ${sql} alone, or the name alone`});
    const saved = sql === undefined ? reportOf(reports, name ?? '', topics) : {name: basename(sql, extname(sql)), sqlFile: sql, to: placeOf(undefined)};
    const asked: SavedReport = {...saved, ...(target !== undefined && {to: placeOf(target)}), ...(limit !== undefined && {limit}), ...(timeout !== undefined && {timeout})};
    // What a command line names lies where one stands; what a file names, beside it.
    const result = await runReport(asked, sql === undefined ? folderOf(topics) : '.', new Date(), context);

    if (html !== undefined) await writeFileAtomically(html, renderResultHtml(result, tool));
    if (!json && csv) out.write(csvText(result));
    else if (!json && !quiet) out.write(renderResult(result, {color: out.color, width: out.columns, unicode: out.unicode}));
    if (html !== undefined) context.logger.info(`the page is ${html}`);
    if (result.isTruncated && (json || csv)) context.logger.warn(`there are more than ${result.rows.length} rows: --limit`);
    const {title, source, at, columns, rows, isTruncated} = result;
    return {document: {format: 'sluice.gather-report/1', name: asked.name, title, target: source, at, columns, rows: rows.map(row => row.map(jsonValue)), truncated: isTruncated, html: html ?? null}};
  },
});

function reportOf(reports: ReadonlyMap<string, SavedReport>, name: string, file: string): SavedReport {
  const found = reports.get(name);
  if (found) return found;
  const names = [...reports.keys()];
  throw new PipelineError(ErrorCode.CONFIG, `there is no report ${name} in ${file}${didYouMean(name, names)}`, {remedy: names.length === 0 ? 'its section reports: is missing; --sql FILE asks what stands in a file' : `reports: ${names.join(', ')}`});
}

function listText(reports: readonly SavedReport[], file: string): string {
  if (reports.length === 0) return `there is no report in ${file}; it may have a section reports:, and --sql FILE asks what stands in a file\n`;
  return aligned(reports.map(({name, title = name}) => [name, title])).map(line => `${line}\n`).join('');
}
