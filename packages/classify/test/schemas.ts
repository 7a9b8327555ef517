import type {ColumnType, ForeignKey, Row, Schema, Value} from '@sluice/core';

/** A made-up column: what it should be called (several where a person could argue), and values to go round. */
export type MadeUp = readonly [name: string, type: ColumnType, expected: string, values?: readonly Value[]];

export interface MadeUpTable {
  readonly schema: Schema;
  readonly rows: Row[];
  readonly expected: ReadonlyMap<string, readonly string[]>;
}

export function table(name: string, columns: readonly MadeUp[], more: Partial<Schema> = {}): MadeUpTable {
  const rows = Array.from({length: 24}, (_, r): Row => columns.map(([, type, , values], c) => (values === undefined ? filler(type, r, c) : values[(r * (c % 3 + 1)) % values.length]!)));
  return {
    schema: {table: name, primaryKey: [], columns: columns.map(([name, type]) => ({name, type, nullable: true})), ...more},
    rows, expected: new Map(columns.map(([name, , expected]) => [name, expected.split('|')])),
  };
}

export const foreignKey = (column: string, table: string, referenced: string): ForeignKey => ({name: `fk_${column}`, columns: [column], table, referencedColumns: [referenced], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'});

function filler(type: ColumnType, row: number, column: number): Value {
  switch (type) {
    case 'bool': return row % 2 === 0;
    case 'int': return (row * 7919 + column * 104_729) % 100_003;
    case 'float': return row * 1.37 + column;
    case 'decimal': return `${row * 3}.${10 + column}`;
    case 'date': return `20${10 + row % 14}-0${1 + row % 9}-1${row % 10}`;
    case 'timestamp': case 'timestamptz': return `20${10 + row % 14}-0${1 + row % 9}-1${row % 10} 12:3${row % 10}:00`;
    case 'uuid': return `${String(row).padStart(8, '0')}-1111-4222-8333-${String(column).padStart(12, '0')}`;
    case 'bytes': return new Uint8Array([1, 2, row]);
    case 'time': return `0${row % 10}:15:00`;
    case 'json': return '{}';
    default: return ['X1', 'Y2', 'Z3'][row % 3]!;
  }
}

export const given = ['Maria', 'Keisha', 'Wolfgang', 'Siobhan', 'Priya', 'Tomasz', 'Chidi', 'Yuki', 'Fatima', 'Anders', 'Lucia', 'Dmitri'];
export const family = ['Kowalski', 'Okafor', 'Nguyen', 'Schneider', 'Fernandez', 'Tanaka', 'Andersson', 'Mbeki', 'Petrov', 'Gonzalez', 'Murphy', 'Haddad'];
export const full = given.map((each, i) => `${each} ${family[i]}`);
export const cities = ['Springfield', 'Toledo', 'Albuquerque', 'Chattanooga', 'Boise', 'Fresno', 'Tallahassee', 'Omaha', 'Wichita', 'Spokane'];
export const streets = ['12 Maple Street', '4501 Oak Ave Apt 3', '77 Lake View Dr', '9 Elm Ct', '2300 Sunset Blvd', '18 Mill Road'];
export const zips = ['53703', '02139', '94110', '73301', '30301', '60614', '98101', '10027'];
export const phones = ['(608) 555-0143', '415-555-0199', '+1 212 555 0187', '303.555.0112'];
export const mails = ['a.k@example.com', 'zed@example.org', 'q-7@mail.example.net', 'ku@example.edu'];
export const ssns = ['219-09-9999', '078-05-1121', '457-55-5462', '123-45-6789'];
export const prose = [
  'Seen today with her husband, feels better than last week and sleeps well.', 'Complains about pain in the left knee since the fall in the kitchen.', 'No new complaints, will come again in two weeks with the results.',
  'Called about the bill and asked for a copy to be sent to her sister.', 'He moved last month and now lives with his parents near the lake.', 'Wants to change the appointment because of work, was told to call again.',
];
export const birthdays = ['1961-04-12', '1975-11-30', '1990-01-02', '2004-07-19', '1938-09-09', '1982-12-25'];

const clinic: MadeUpTable[] = [
  table('tblPatientMaster', [
    ['PatNo', 'int', 'H|R'], ['PatLName', 'text', 'A', family], ['PatFName', 'text', 'A', given], ['PatMI', 'text', 'A', ['J', 'K', 'L']], ['DOB', 'text', 'C', ['4/12/1961', '11/30/1975', '1/2/1990']], ['Sex', 'text', 'quasi', ['M', 'F']],
    ['SSN', 'text', 'G', ssns], ['Addr1', 'text', 'B', streets], ['Addr2', 'text', 'B', ['Apt 4', 'Unit 9']], ['CityName', 'text', 'B', cities], ['St', 'text', 'quasi|none', ['OH', 'TX', 'WI']], ['ZipCd', 'text', 'B', zips],
    ['HmPh', 'text', 'D', phones], ['WorkPhone', 'text', 'D', phones], ['CellNo', 'text', 'D', phones], ['EmailAddr', 'text', 'F', mails], ['InsMemberID', 'text', 'I', ['XQ8837102', 'LL9920018', 'PK7710033']], ['GuarantorName', 'text', 'A', full],
    ['EmergContactPhone', 'text', 'D', phones], ['NOK_Name', 'text', 'A', full], ['MaritalStatus', 'text', 'quasi', ['S', 'M', 'D']], ['Race', 'text', 'quasi'], ['DriversLicNo', 'text', 'K', ['D1234567', 'D7654321']], ['EmployerName', 'text', 'A', ['Acme Tool Works', 'Blue Lake Foods']],
    ['LastVisitDt', 'date', 'C'], ['IsActive', 'bool', 'none'], ['PhotoBlob', 'bytes', 'Q|blob'], ['Remarks', 'text', 'freeText', prose], ['PCP', 'text', 'provider', full],
  ], {primaryKey: ['PatNo']}),
  table('encounters', [
    ['enc_id', 'int', 'R'], ['pat_no', 'int', 'H|R'], ['admit_dt', 'timestamp', 'C'], ['disch_dttm', 'timestamp', 'C'], ['attending_npi', 'text', 'provider', ['1234567893', '1245319599']], ['dx_code', 'text', 'sensitive', ['E11.9', 'I10', 'J45.909']],
    ['drg', 'text', 'sensitive'], ['room_no', 'text', 'B|none|R', ['4-112', '2-007']], ['total_charges', 'decimal', 'none|sensitive'], ['acct_num', 'text', 'J', ['000819203', '000819777']], ['chief_complaint', 'text', 'freeText', prose], ['age_at_visit', 'int', 'C', [34, 91, 7]],
    ['facility_id', 'int', 'key.surrogate|provider'],
  ], {primaryKey: ['enc_id'], foreignKeys: [foreignKey('pat_no', 'tblPatientMaster', 'PatNo'), foreignKey('facility_id', 'facilities', 'id')]}),
  table('facilities', [
    ['id', 'int', 'key.surrogate|provider'], ['name', 'text', 'provider', ['Lakeside General Hospital', 'Northern Clinic']], ['phone', 'text', 'provider', phones], ['street', 'text', 'provider', streets], ['city', 'text', 'provider', cities], ['zip', 'text', 'provider', zips], ['beds', 'int', 'none'],
  ], {primaryKey: ['id']}),
  table('implants', [
    ['ImplantSerial', 'text', 'M', ['SN-88172-A', 'SN-11920-C']], ['udi_carrier', 'text', 'M', ['(01)00844588003288(17)141120(10)7654321D(21)10987654d321']], ['manufacturer', 'text', 'provider|none', ['Acme']], ['implanted_on', 'date', 'C'], ['patient_mrn', 'text', 'H', ['MR004411', 'MR009120']],
  ]),
];

const fhir: MadeUpTable[] = [
  table('Patient', [
    ['id', 'text', 'R', ['f3a1', 'b77c', 'c901', 'd2f8', 'e55a']], ['identifier_value', 'text', 'R|H', ['0019283', '0019284']], ['name_family', 'text', 'A', family], ['name_given', 'text', 'A', given], ['telecom_value', 'text', 'D|F', phones], ['gender', 'text', 'quasi', ['male', 'female']],
    ['birthDate', 'date', 'C', birthdays], ['deceasedDateTime', 'timestamp', 'C'], ['address_line', 'text', 'B', streets], ['address_city', 'text', 'B', cities], ['address_district', 'text', 'B', ['Lane County', 'Cook County']], ['address_state', 'text', 'quasi|none', ['OR', 'IL']],
    ['address_postalCode', 'text', 'B', zips], ['maritalStatus_coding_code', 'text', 'quasi', ['M', 'S']], ['multipleBirthInteger', 'int', 'none|quasi|C'], ['photo_url', 'text', 'Q|N', ['https://img.example.org/a.png', 'https://img.example.org/b.png']], ['contact_name_text', 'text', 'A', full],
    ['generalPractitioner_reference', 'text', 'provider', ['Practitioner/12', 'Practitioner/9']], ['communication_language', 'text', 'quasi', ['en', 'es']], ['meta_lastUpdated', 'timestamp', 'C'], ['text_div', 'text', 'freeText', prose],
  ]),
  table('Observation', [
    ['id', 'text', 'R', ['o1a', 'o2b', 'o3c']], ['subject_reference', 'text', 'R', ['Patient/f3a1', 'Patient/b77c']], ['effectiveDateTime', 'timestamp', 'C'], ['code_display', 'text', 'sensitive|none', ['Glucose', 'Sodium']], ['valueQuantity_value', 'float', 'sensitive|none'],
    ['valueQuantity_unit', 'text', 'none', ['mg/dL']], ['note_text', 'text', 'freeText', prose], ['performer_display', 'text', 'provider|A', full],
  ]),
];

const personnel: MadeUpTable[] = [
  table('mitarbeiter', [
    ['personalnummer', 'int', 'R'], ['nachname', 'text', 'A', ['Müller', 'Schröder', 'Öztürk', 'Weiß', 'Krüger']], ['vorname', 'text', 'A', ['Jürgen', 'Anke', 'Mehmet', 'Käthe', 'Uwe']], ['geburtsdatum', 'date', 'C', birthdays], ['geburtsort', 'text', 'B', ['Köln', 'Leipzig', 'Graz']],
    ['strasse', 'text', 'B', ['Lindenweg 4', 'Hauptstraße 12a']], ['plz', 'text', 'B', ['50667', '04109']], ['ort', 'text', 'B', ['Köln', 'Leipzig']], ['telefon_privat', 'text', 'D', ['+49 221 5550134', '0341 555 0190']], ['mobilnr', 'text', 'D', ['0171 5550123']], ['steuer_id', 'text', 'G', ['12345678903']],
    ['sv_nummer', 'text', 'G|R', ['12 150780 J 009']], ['iban', 'text', 'J', ['DE89370400440532013000']], ['familienstand', 'text', 'quasi'], ['konfession', 'text', 'quasi'], ['gehalt', 'decimal', 'quasi|sensitive'], ['eintrittsdatum', 'date', 'C'], ['kfz_kennzeichen', 'text', 'L', ['K-AB 123', 'L-XY 98']],
    ['bemerkung', 'text', 'freeText', ['Ist seit März in Elternzeit und kommt im Herbst zurück.', 'Wünscht sich eine Stelle näher an ihrem Wohnort in Köln.']], ['notfallkontakt', 'text', 'A|D', ['Anke Müller', 'Uwe Weiß', 'Mehmet Öztürk']],
  ]),
  table('empleados', [
    ['id_empleado', 'int', 'R'], ['nombres', 'text', 'A', ['José', 'Lucía', 'Ximena']], ['apellidos', 'text', 'A', ['García', 'Muñoz', 'Peña']], ['fecha_nacimiento', 'date', 'C', birthdays], ['correo_electronico', 'text', 'F', mails], ['direccion', 'text', 'B', ['Calle Mayor 5']], ['ciudad', 'text', 'B', ['Sevilla', 'Bogotá']],
    ['curp', 'text', 'G|R', ['GAXX800101HDFRRN09']], ['telefono', 'text', 'D', ['55 5555 0134']], ['codigo_postal', 'text', 'B', ['41001']], ['sexo', 'text', 'quasi'], ['salario', 'decimal', 'quasi|sensitive'], ['fecha_ingreso', 'date', 'C'],
  ]),
  table('salaries_log', [['emp_no', 'int', 'R'], ['amount', 'decimal', 'none|quasi|sensitive'], ['from_date', 'date', 'C'], ['to_date', 'date', 'C'], ['changed_by', 'text', 'A', ['Maria Kowalski', 'Tomasz Tanaka', 'Fatima Haddad']]]),
];

const study: MadeUpTable[] = [
  table('respondents', [
    ['session_uuid', 'uuid', 'R'], ['ip', 'text', 'O', ['203.0.113.9', '198.51.100.23']], ['user_agent', 'text', 'none|freeText|M|R', ['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla/5.0 (Macintosh)']], ['email', 'text', 'F', mails], ['panel_username', 'text', 'A', ['zippy77', 'mk_1980', 'lulu']], ['started_at', 'timestamp', 'C'],
    ['q1_age', 'int', 'C', [23, 45, 67]], ['q2_gender', 'text', 'quasi', ['f', 'm', 'nb']], ['q3_zip', 'text', 'B', zips], ['q4_likert', 'int', 'none', [1, 2, 3, 4, 5]], ['q5_open', 'text', 'freeText', prose], ['q6', 'text', 'A', full], ['q7', 'text', 'D', phones], ['referrer', 'text', 'N', ['https://a.example.org/x?u=1', 'https://b.example.com/']],
    ['latitude', 'float', 'B', [43.0731, 41.881_83]], ['lng', 'float', 'B', [-89.4012, -87.6232]], ['password_hash', 'text', 'secret', ['$2b$10$abcdefghijklmnopqrstuv']], ['api_token', 'text', 'secret', ['tok_8f7a6b']], ['consent', 'bool', 'none'], ['mturk_worker_id', 'text', 'R', ['A1B2C3D4E5F6G7', 'AZ99KK88LL77MM']],
    ['phone_type', 'text', 'none', ['mobile', 'home']], ['email_verified', 'bool', 'none'],
  ]),
  table('twins', [
    ['famid', 'int', 'R'], ['twin_nr', 'int', 'R|none', [1, 2]], ['zygosity', 'text', 'none|sensitive|quasi', ['MZ', 'DZ']], ['mothersmaidenname', 'text', 'A', family], ['dateofbirth', 'text', 'C', ['1/31/1990', '12/2/1988']], ['birthweight', 'int', 'quasi|sensitive|none|C', [2400, 3100]], ['firstname', 'text', 'A', given],
    ['adress', 'text', 'B', streets], ['telphone', 'text', 'D', phones], ['schoolname', 'text', 'A|B', ['Lincoln Elementary School', 'Jefferson Middle School']], ['interviewer_comments', 'text', 'freeText', prose], ['sum_score', 'int', 'none|sensitive'],
  ]),
  table('lookup_country', [['code', 'text', 'none|quasi', ['US', 'DE', 'FR']], ['label', 'text', 'none|quasi', ['United States', 'Germany', 'France']], ['sort_order', 'int', 'none']]),
  table('item_catalog', [['item_id', 'int', 'R|key.surrogate|none'], ['product_name', 'text', 'none', ['Bandage', 'Gauze', 'Syringe']], ['unit_price', 'decimal', 'none'], ['file_name', 'text', 'none', ['a.csv', 'b.csv']], ['color', 'text', 'none', ['red', 'white', 'brown']], ['description', 'text', 'freeText|none', ['Sterile bandage', 'Gauze roll']]], {primaryKey: ['item_id']}),
];

const claims: MadeUpTable[] = [
  table('CLM_HDR', [
    ['CLM_ID', 'text', 'R', ['55192837465', '55192837466', '55192837471']], ['BENE_MBI_ID', 'text', 'I', ['1EG4-TE5-MK73', '2AA1-BC2-DE34']], ['CLM_FROM_DT', 'date', 'C'], ['CLM_THRU_DT', 'date', 'C'], ['PRVDR_NPI', 'text', 'provider', ['1234567893', '1245319599']], ['BENE_CNTY_CD', 'text', 'B', ['025', '031']],
    ['BENE_STATE_CD', 'text', 'quasi', ['WI', 'OH']], ['BENE_ZIP', 'text', 'B', zips], ['BENE_BIRTH_DT', 'date', 'C'], ['BENE_RACE_CD', 'text', 'quasi', ['1', '2']], ['ICD_DGNS_CD1', 'text', 'sensitive', ['E119', 'I10']], ['HCPCS_CD', 'text', 'sensitive', ['99213']], ['CLM_PMT_AMT', 'decimal', 'none|sensitive'], ['BENE_DEATH_DT', 'date', 'C'],
  ]),
  table('subscriber_coverage', [
    ['subscriber_no', 'text', 'I|R', ['W88120', 'W99121']], ['grp_nbr', 'text', 'I|none|R', ['G100', 'G200']], ['policy_holder', 'text', 'A', full], ['relationship_to_insured', 'text', 'none|quasi|A', ['self', 'spouse']], ['insurance_company', 'text', 'provider', ['Northern Mutual', 'Blue Lake Health']], ['eff_date', 'date', 'C'], ['bank_acct_no', 'text', 'J', ['000123456789']], ['routing_no', 'text', 'J', ['021000021']], ['cc_last4', 'text', 'J', ['4242']],
  ]),
];

const wards: MadeUpTable[] = [
  table('admissions', [
    ['subject_id', 'int', 'R'], ['hadm_id', 'int', 'R'], ['admittime', 'timestamp', 'C'], ['dischtime', 'timestamp', 'C'], ['deathtime', 'timestamp', 'C'], ['admission_type', 'text', 'none', ['URGENT', 'ELECTIVE']], ['insurance', 'text', 'provider|none', ['Medicare', 'Private']], ['language', 'text', 'quasi'], ['religion', 'text', 'quasi'], ['ethnicity', 'text', 'quasi'], ['diagnosis', 'text', 'sensitive', ['SEPSIS', 'PNEUMONIA']], ['hospital_expire_flag', 'bool', 'none|sensitive'],
  ]),
  table('noteevents', [['row_id', 'int', 'R'], ['subject_id', 'int', 'R'], ['chartdate', 'date', 'C'], ['cgid', 'int', 'provider|R|none'], ['text', 'text', 'freeText', prose]]),
  table('ptdemog', [
    ['chartnumber', 'int', 'H'], ['lastname', 'text', 'A', family], ['firstname', 'text', 'A', given], ['middleinitial', 'text', 'A', ['J', 'K']], ['homephone', 'text', 'D', phones], ['placeofbirth', 'text', 'B', cities], ['mothersname', 'text', 'A', full], ['nextofkin', 'text', 'A', full], ['zipplus4', 'text', 'B', ['53703-1234', '02139-4307']], ['streetaddress', 'text', 'B', streets], ['primarycarephysician', 'text', 'provider', full],
    ['socialsecuritynumber', 'text', 'G', ssns], ['medicaidid', 'text', 'I', ['MD882716', 'MD771625']], ['vehicleplate', 'text', 'L', ['ABC-1234']], ['faxnumber', 'text', 'E', phones], ['voiceprint', 'bytes', 'P'], ['emailid', 'text', 'F', mails], ['gpslocation', 'text', 'B', ['43.0731,-89.4012', '41.8818,-87.6232']], ['dateexpired', 'date', 'C'], ['agemonths', 'int', 'C'], ['ageofonset', 'int', 'C|sensitive'],
  ]),
];

const registre: MadeUpTable[] = [
  table('patients_fr', [
    ['num_patient', 'int', 'R|H'], ['nom', 'text', 'A', ['Dupont', 'Lefèvre', 'Moreau', 'Garnier', 'Roux']], ['prenom', 'text', 'A', ['Élodie', 'Jean-Luc', 'Aurélie', 'Mathieu', 'Chloé']], ['nom_jeune_fille', 'text', 'A', ['Petit', 'Durand']], ['date_naissance', 'date', 'C'], ['lieu_naissance', 'text', 'B', ['Lyon', 'Nantes']], ['adresse', 'text', 'B', ['12 rue des Lilas']], ['code_postal', 'text', 'B', ['69003', '44000']], ['ville', 'text', 'B', ['Lyon', 'Nantes']], ['num_secu', 'text', 'G|R', ['284057512345678']],
    ['tel_portable', 'text', 'D', ['06 12 34 56 78']], ['courriel', 'text', 'F', mails], ['medecin_traitant', 'text', 'provider', ['Dr Roux', 'Dr Garnier']], ['sexe', 'text', 'quasi', ['F', 'M']], ['commentaire', 'text', 'freeText', ['Vient avec sa fille tous les mardis depuis le printemps.', 'Habite seule et demande une visite à domicile.']], ['date_deces', 'date', 'C'], ['profession', 'text', 'quasi', ['boulanger', 'infirmier']],
  ]),
];

const shop: MadeUpTable[] = [
  table('users', [
    ['id', 'int', 'R'], ['display_name', 'text', 'A', ['zed', 'lulu22', 'moki']], ['email', 'text', 'F', mails], ['encrypted_password', 'text', 'secret', ['$2b$10$abc']], ['reset_password_token', 'text', 'secret', ['aa1b']], ['last_sign_in_ip', 'text', 'O', ['203.0.113.9']], ['avatar_url', 'text', 'Q|N', ['https://c.example.net/1.png']], ['created_at', 'timestamp', 'C'], ['locale', 'text', 'none|quasi', ['en_US']], ['sign_in_count', 'int', 'none'], ['twitter_handle', 'text', 'N|A', ['@lulu', '@zed']], ['bio', 'text', 'freeText', prose], ['device_imei', 'text', 'M', ['490154203237518']], ['fcm_token', 'text', 'secret|M', ['fcm1']],
  ], {primaryKey: ['id']}),
  table('orders', [
    ['order_id', 'int', 'R'], ['user_id', 'int', 'R'], ['ship_to_name', 'text', 'A', full], ['ship_addr_1', 'text', 'B', streets], ['ship_city', 'text', 'B', cities], ['ship_postcode', 'text', 'B', ['SW1A 1AA', 'M1 1AE']], ['gift_message', 'text', 'freeText', prose], ['card_brand', 'text', 'none|J', ['visa']], ['total_amount', 'decimal', 'none'], ['tracking_no', 'text', 'R', ['1Z999AA10123456784']], ['data', 'json', 'freeText', ['{"customer":{"name":"Maria Kowalski","phones":["608-555-0143"]},"lines":[{"sku":"A1","qty":2}]}']],
  ], {primaryKey: ['order_id'], foreignKeys: [foreignKey('user_id', 'users', 'id')]}),
];

export const madeUp: Readonly<Record<string, readonly MadeUpTable[]>> = {clinic, fhir, personnel, study, claims, wards, registre, shop};
