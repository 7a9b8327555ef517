import {ErrorCode, PipelineError, type Connector, type Endpoint} from '@sluice/core';
import {SqliteDestination, type SqliteDestinationOptions} from './destination.ts';
import {SqliteQuerier} from './querier.ts';
import {SqliteSource} from './source.ts';
import {pathOf} from './url.ts';

/** SQLite files: `sqlite:relative.db`, `sqlite:/absolute.db`, `sqlite:///absolute.db`. */
export const sqlite: Connector = {
  kind: 'sqlite',
  schemes: ['sqlite'],
  source: endpoint => new SqliteSource(fileOf(endpoint)),
  destination: endpoint => new SqliteDestination(fileOf(endpoint), optionsOf(endpoint)),
  querier: endpoint => new SqliteQuerier(fileOf(endpoint)),
};

function fileOf({url, password}: Endpoint): string {
  if (password) throw new PipelineError(ErrorCode.CONFIG, 'a SQLite file has no password', {remedy: 'leave the password out'});
  return pathOf(url);
}

function optionsOf({options = {}}: Endpoint): SqliteDestinationOptions {
  const {archiveDirectory, fresh, now} = options;
  const problems = [
    ...(archiveDirectory === undefined || typeof archiveDirectory === 'string' ? [] : [{path: 'archiveDirectory', message: 'must be a path'}]),
    ...(fresh === undefined || typeof fresh === 'boolean' ? [] : [{path: 'fresh', message: 'must be true or false'}]),
    ...(now === undefined || typeof now === 'function' ? [] : [{path: 'now', message: 'must be a function'}]),
  ];
  if (problems.length > 0) throw new PipelineError(ErrorCode.CONFIG, problems.map(({path, message}) => `${path} ${message}`).join('; '), {problems});
  return {
    ...(typeof archiveDirectory === 'string' && {archiveDirectory}),
    ...(typeof fresh === 'boolean' && {fresh}),
    ...(typeof now === 'function' && {now: now as () => Date}),
  };
}
