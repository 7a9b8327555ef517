import type {Connector} from '@sluice/core';
import {PostgresDestination} from './destination.ts';
import {PostgresQuerier} from './querier.ts';
import {PostgresSource} from './source.ts';

export {PostgresDestination} from './destination.ts';
export {PostgresQuerier} from './querier.ts';
export {PostgresSource} from './source.ts';

/** PostgreSQL: `postgresql://user@host:port/database?schema=name`. */
export const postgres: Connector = {
  kind: 'postgres',
  schemes: ['postgresql', 'postgres'],
  source: endpoint => new PostgresSource(endpoint),
  destination: endpoint => new PostgresDestination(endpoint),
  querier: endpoint => new PostgresQuerier(endpoint),
};
