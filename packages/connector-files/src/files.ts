import type {Connector} from '@sluice/core';
import {FilesDestination} from './destination.ts';
import {locationOf} from './location.ts';
import {FilesSource} from './source.ts';

/** CSV and JSON Lines files, plain and gzip. */
export const files: Required<Omit<Connector, 'querier'>> = {
  kind: 'files',
  schemes: ['csv', 'jsonl'],
  source: endpoint => new FilesSource(locationOf(endpoint)),
  destination: endpoint => new FilesDestination(locationOf(endpoint)),
};
