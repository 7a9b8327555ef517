/** Texts planted in columns that must not leave: none of them may be found anywhere afterwards. */
export const canaries = {
  firstName: 'Quillabeth-C1', lastName: 'Vandermoss-C2', address: '17 Zyxwood Lane C3', phone: '608-555-C4C4', email: 'q.vandermoss@c5.example',
  comment: 'mother said C6 is adopted', socialSecurity: '078-05-C7C7', staff: 'Dr. Brandywick-C8', diagnosis: 'C9-syndrome of the left',
} as const;

/** A small twin study in the old layout. Family 1001 is the one of the old system's own examples. */
export const studyDatabase: readonly string[] = [
  `CREATE TABLE gen_family (familyid int PRIMARY KEY, motherfirstname varchar(40) NOT NULL, motherlastname varchar(40), address varchar(80), phonenumber varchar(20), email varchar(80),
    comment text, zip char(5), KEY by_name (motherlastname))`,
  `INSERT INTO gen_family VALUES (1001, '${canaries.firstName}', '${canaries.lastName}', '${canaries.address}', '${canaries.phone}', '${canaries.email}', '${canaries.comment}', '53703'),
    (1002, '${canaries.firstName}', NULL, NULL, NULL, NULL, NULL, NULL), (9999, '', '', '', '', '', '', '')`,
  'CREATE TABLE gen_parentdates (familyid int PRIMARY KEY, fatherdob varchar(30), motherdob varchar(30))',
  "INSERT INTO gen_parentdates VALUES (1001, '1958-07-01', '03/15/1960'), (1002, NULL, '')",
  'CREATE TABLE gen_twins (familyid int, twin int, firstname varchar(40), lastname varchar(40), dateofbirth varchar(30), PRIMARY KEY (familyid, twin))',
  `INSERT INTO gen_twins VALUES (1001, 1, '${canaries.firstName}', '${canaries.lastName}', '01/31/1990'), (1001, 2, NULL, NULL, '01/31/1990'), (1002, 1, '', '', '1991-05-20')`,
  'CREATE TABLE data_4_tr (familyid int, packsent varchar(30), sender varchar(40))',
  `INSERT INTO data_4_tr VALUES (1001, '02/01/2005', '${canaries.staff}'), (1002, '2005-04-19', NULL)`,
  'CREATE TABLE data_4_au_t (familyid int, twin int, au1 int, diagnosis varchar(60), PRIMARY KEY (familyid, twin))',
  `INSERT INTO data_4_au_t VALUES (1001, 1, 7, '${canaries.diagnosis}'), (1001, 2, NULL, ''), (1002, 1, 9998, NULL), (9999, 1, 0, NULL)`,
  'CREATE TABLE data_oc_m (familyid int PRIMARY KEY, oc1 int)',
  'INSERT INTO data_oc_m VALUES (1001, 1)',
  'CREATE TABLE gen_social_security (ssn varchar(20) PRIMARY KEY, familyid int)',
  `INSERT INTO gen_social_security VALUES ('${canaries.socialSecurity}', 1001)`,
  'CREATE TABLE gen_staff (id int PRIMARY KEY, name varchar(60))',
  `INSERT INTO gen_staff VALUES (1, '${canaries.staff}')`,
  'CREATE TABLE trash_old (x varchar(60))',
  `INSERT INTO trash_old VALUES ('${canaries.comment}')`,
  'CREATE VIEW family_names AS SELECT familyid, motherlastname FROM gen_family',
];

/** Decides about all of it; ages are kept. */
export const studyPolicy = `version: 1
tables:
  gen_family:
    columns: {familyid: keep, motherfirstname: blank, motherlastname: drop, address: drop, phonenumber: {method: constant, value: none}, email: drop, comment: blank, zip: zip3}
  gen_parentdates:
    columns: {familyid: keep, fatherdob: blank, motherdob: drop}
  gen_twins:
    columns: {familyid: keep, twin: keep, firstname: drop, lastname: drop, dateofbirth: year}
  data_4_tr:
    columns: {familyid: keep, packsent: keep, sender: drop}
  data_4_au_t:
    columns: {familyid: keep, twin: keep, au1: keep, diagnosis: blank}
  data_oc_m: {columns: {"*": keep}}
  gen_social_security: exclude
  gen_staff: {exclude: true, reason: people who work here, decidedBy: Privacy Office}
  trash_*: exclude
  "*": {columns: {"*age": keep}}
views: {family_names: exclude}
`;

/** The old settings: the same in the old words. */
export const oldSettings = {
  diagnostic_logfile: 'logs/diag_`now`.md', tables_logfile: 'logs/tables_`now`.md', errors_logfile: 'logs/error_`now`.md', collab_db_conn: 'wtp_collab', wtp_data_conn: 'wtp_data',
  known_phases: {4: {table: 'data_4_tr', column: 'packsent'}},
  empty_equivs: [null, 9999, 9998, ''],
  tables_we_dont_want_anything_to_do_with: ['trash*', 'gen_staff'],
  tables_to_sanitize: {
    gen_family: ['MotherFirstName', 'motherlastname', 'address', 'phonenumber', 'email', 'comment', 'zip'],
    gen_parentdates: 'all',
    gen_twins: ['firstname', 'lastname', 'dateofbirth'],
    gen_social_security: 'drop',
    data_4_tr: ['sender'],
    data_4_au_t: ['diagnosis'],
    data_oc_m: [],
  },
  dob_keys: {
    familyid: {
      father: {table: 'gen_parentdates', column: 'fatherdob', equalities: [['familyid', 'familyid']], primary_keys: ['familyid'], new_col: 'fatherage'},
      mother: {table: 'gen_parentdates', column: 'motherdob', equalities: [['familyid', 'familyid']], primary_keys: ['familyid'], new_col: 'motherage'},
    },
    twin: {twin: {table: 'gen_twins', column: 'dateofbirth', equalities: [['familyid', 'familyid'], ['twin', 'twin']], primary_keys: ['familyid', 'twin'], new_col: 'twinage'}},
  },
};

export type OldSettings = Omit<typeof oldSettings, 'tables_to_sanitize'> & {readonly tables_to_sanitize: Readonly<Record<string, unknown>>};
