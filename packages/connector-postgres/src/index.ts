import type {Connector} from '@sluice/core';
import {PostgresDestination} from './destination.ts';
import {PostgresSource} from './source.ts';

export {PostgresDestination} from './destination.ts';
export {PostgresSource} from './source.ts';

/** PostgreSQL: `postgresql://user@host:port/database?schema=name`. */
export const postgres: Connector = {
  kind: 'postgres',
  schemes: ['postgresql', 'postgres'],
  source: endpoint => new PostgresSource(endpoint),
  destination: endpoint => new PostgresDestination(endpoint),
};
