import type {Connector} from '@sluice/core';
import {MysqlDestination} from './destination.ts';
import {MysqlQuerier} from './querier.ts';
import {MysqlSource} from './source.ts';

export {MysqlDestination} from './destination.ts';
export {MysqlQuerier} from './querier.ts';
export {MysqlSource} from './source.ts';

/** MySQL and MariaDB: `mysql://user@host:3306/database`. */
export const mysql: Connector = {
  kind: 'mysql',
  schemes: ['mysql', 'mariadb'],
  source: endpoint => new MysqlSource(endpoint),
  destination: endpoint => new MysqlDestination(endpoint),
  querier: endpoint => new MysqlQuerier(endpoint),
};
