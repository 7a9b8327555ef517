import {ErrorCode} from '@sluice/core';
import {copyTopic, type TopicCopy} from './copy-topic.ts';
import type {GatherOptions} from './gather-topic.ts';
import {unheldGeometry} from './geometry.ts';
import type {KeptPages} from './kept-pages.ts';
import {lookAhead, type GatherContext, type Prospect} from './look-ahead.ts';
import type {RunRecord} from './run-record.ts';
import {takeOutNul, takenOutText, type TakenOut} from './take-out-nul.ts';
import type {Topic} from '../topics/topic-file.ts';

/** What was copied at last, and as what it was seen ahead. */
export interface Brought {
  readonly done: TopicCopy;
  readonly prospect: Prospect;
}

/** Brings the rows in the way that was seen ahead, and in another where that turns out to be none: all of them, or with geometries as text. Tells the record of it. */
export async function bringRows(topic: Topic, ahead: Prospect & {readonly mode: 'full' | 'incremental' | 'deletions'}, keep: KeptPages, record: RunRecord, options: GatherOptions, context: GatherContext): Promise<Brought> {
  const takenOut: TakenOut = new Map();
  const copy = async (mode: typeof ahead.mode, prospect: Prospect) => {
    record.anew();
    takenOut.clear();
    return await copyTopic(topic, prospect, mode, {...options, keep}, context, (schema, batch) => {
      record.chunk(batch.rows.length);
      if (prospect.targetKind === 'postgres') takeOutNul(schema, batch, takenOut);
    });
  };
  let prospect: Prospect = ahead;
  let done = await copy(ahead.mode, prospect);
  if (ahead.mode === 'incremental' && done.report.error?.code === ErrorCode.POSITION) {
    record.set({mode: 'full', remarks: null});
    record.remark('the publisher has replaced the whole data set: everything is read again');
    done = await copy('full', prospect);
  }
  const unheld = record.row.mode === 'full' && topic.geometry === undefined ? unheldGeometry(done.report, prospect.columns) : null;
  if (unheld !== null) {
    record.remark(`column ${unheld} has a geometry that PostGIS does not hold exactly: geometries are kept as GeoJSON`);
    prospect = await lookAhead({...topic, geometry: 'geojson'}, {...options, initialize: true, deletions: false}, context);
    record.set({columns: prospect.columns});
    done = await copy('full', prospect);
  }
  if (done.report.status === 'ok') record.remark(takenOutText(takenOut));
  return {done, prospect};
}
