import type {View} from '@sluice/core';
import type {Study, StudyTable} from './study-columns.ts';
import {families, type StudyOptions} from './study-people.ts';
import {familyTables} from './study-tables-families.ts';
import {laboratoryTables} from './study-tables-laboratory.ts';
import {questionnaireTables} from './study-tables-questionnaires.ts';
import {trackerTables} from './study-tables-trackers.ts';
import {userTables} from './study-tables-users.ts';

/**
 * The tables of a synthetic twin study, parents of foreign keys first. Everything is made up. The
 * same options give the same tables, byte for byte; each table's rows are made while they are read
 * and do not depend on whether other tables are read.
 */
export function generateStudy(options: StudyOptions): Iterable<StudyTable> {
  const study: Study = {seed: options.seed, families: families(options)};
  return [familyTables, trackerTables, questionnaireTables, laboratoryTables, userTables].flatMap(make => make(study));
}

/** Two views: one that shows only what may be shown, and one that must not travel. */
export const studyViews: readonly View[] = [
  {
    name: 'user_ph4 scores',
    columns: ['familyid', 'twin', 'risk', 'apgar5', 'au1'],
    dialect: 'sqlite',
    sql: 'SELECT b.familyid, b.twin, b.risk, b.apgar5, a.au1 FROM calc_4_br b JOIN data_4_au_t a ON a.familyid = b.familyid AND a.twin = b.twin',
  },
  {
    name: 'user_contact list',
    columns: ['familyid', 'motherfirstname', 'motherlastname', 'phonenumber'],
    dialect: 'sqlite',
    sql: 'SELECT familyid, motherfirstname, motherlastname, phonenumber FROM gen_family WHERE status = 1',
  },
];
