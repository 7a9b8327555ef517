import type {Connector} from '@sluice/core';
import {parseEndpoint} from './endpoint.ts';
import {SocrataSource} from './source.ts';

/** Open data of Socrata portals: `socrata://data.seattle.gov/jguv-t9rb`, read only. */
export const socrata: Connector = {
  kind: 'socrata',
  schemes: ['socrata'],
  source: endpoint => new SocrataSource(parseEndpoint(endpoint)),
};
