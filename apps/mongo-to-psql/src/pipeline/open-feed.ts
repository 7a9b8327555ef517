import {kindOfPosition, openChangeFeed, parseEndpoint, type ChangeFeed} from '@sluice/connector-mongodb';
import type {Position} from '@sluice/core';
import type {RelationalPlan} from '@sluice/relational';
import type {SourceSettings} from '../config/settings.ts';

const DEFAULT = 'local.oplog.rs';

/** Opens what tells of changes of the plans' collections: of the kind that a position is of, otherwise as the settings say. Throws as `openChangeFeed` does. */
export async function openFeed(settings: SourceSettings, database: string, plans: readonly RelationalPlan[], position: Position | null, signal: AbortSignal): Promise<ChangeFeed> {
  const {oplogs, changes} = settings;
  const [first] = oplogs;
  const own = oplogs.length === 1 && first!.endpoint === settings.source;
  const idFields = new Map(plans.map(({collection, idField}) => [collection, idField]));
  const kind = position !== null ? kindOfPosition(position) : changes === 'auto' ? undefined : changes === 'streams' ? 'change streams' : 'oplog';
  return await openChangeFeed({
    source: parseEndpoint(settings.source),
    followed: [{database, collections: plans.map(({collection}) => collection)}],
    idField: ({collection}) => (idFields.get(collection) === 'id' ? 'id' : '_id'),
    ...(kind && {kind}),
    ...(own ? first!.namespace !== DEFAULT && {oplog: first!.namespace} : {shards: Object.fromEntries(oplogs.map(({name, endpoint, namespace}) => [name, {endpoint: parseEndpoint(endpoint), oplog: namespace}]))}),
  }, signal);
}
