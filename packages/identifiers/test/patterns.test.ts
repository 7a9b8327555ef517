import {describe, expect, it} from 'vitest';
import {faults} from './marked.ts';

// Made-up values only: 555-01xx, example domains, documentation addresses, test cards, numbers out of standards.
const cases: Readonly<Record<string, readonly string[]>> = {
  'social security numbers': [
    'SSN [[123-45-6789]].', 'Her social is [[078-05-1120]] per the form', '[[219 09 9999]] on file', 'ssn:[[123456789]]', 'SSN [[123.45.6789]]', 'Social Security Number: [[000-12-3456]]',
    'SSN ending [[1234]]', 'last four of SSN: [[6789]]', 'SSN ends in [[6789]]', 'last 4 of her social are [[4321]]', 'SSN: [[xxx-xx-1234]]', 'masked as [[***-**-6789]]', 'soc sec # [[123 45 6789]]', 'SS# [[123-45-6789]]',
    'the social security number on her card reads [[123456789]]', 'ITIN [[912-70-1234]]', 'SSN(last 4): [[0042]]', 'social: [[123456789]]', '{"ssn":"[[123456789]]"}', '[[SSN123456789]]', 'tax id [[12-3456789]]', 'SSN [[123 - 45 - 6789]]',
  ],
  'telephone numbers': [
    'call [[555-0123]]', 'call me at [[five one oh, five five five, one two three four]]', 'ring [[oh two oh, seven nine four six, double oh one eight]] after six', '[[(555) 123-4567]]', '[[555.123.4567]]', '[[5551234567]]', '[[555-123-4567]]', '[[555 123 4567]]', '[[+1 555 123 4567]]', '[[+1-555-123-4567]]', '[[1-800-555-0199]]', '[[001-555-123-4567x123]]', '[[555-123-4567 ext. 42]]',
    '[[(555)123-4567x89]]', '[[+49 30 901820]]', '[[+49 (0)30 90182-0]]', '[[+44 20 7946 0958]]', '[[020 7946 0958]]', '[[07700 900123]]', '[[+33 1 99 00 12 34]]', '[[06 39 98 12 34]]', '[[01.99.00.12.34]]', '[[+61 2 5550 1234]]', '[[(02) 5550 1234]]',
    '[[0491 570 156]]', '[[+81-3-1234-5678]]', '[[03-1234-5678]]', '[[+55 11 91234-5678]]', '[[(11) 91234-5678]]', '[[+52 55 1234 5678]]', '[[+91 98765 43210]]', '[[+86 138 1234 5678]]', '[[+7 (495) 123-45-67]]', '[[8 (495) 123-45-67]]', '[[+353 20 912 3456]]',
    '[[0171/1234567]]', '[[0049 30 901820]]', '[[+1.555.123.4567]]', 'tel:[[555-1234]]', 'Phone [[5550123]]', 'Ph# [[555 0123]]', 'pager [[4471]]', 'ext [[4521]]', '[[x4521]]', 'Fax: [[(555) 123-4567]]', 'fax no. [[555-123-4568]]',
    'reach him at [[612 345 678]]', 'Tel. [[12 34 56 78]]', 'mobile: [[412 34 567]]', 'teléfono [[912 345 678]]', 'WhatsApp [[+34 612 345 678]]', '[[1 (555) 123-4567]]', '[[555/123-4567]]', 'home [[555-123-4567]], work [[555-123-9876]]', '[[+1(555)123-4567]]',
    '[[001-126-555-0100]]', '[[(126)555-0100x123]]', '[[+41 44 668 18 00]]', '[[0800 001 0100]]', '[[+234 803 123 4567]]', '[[+254 712 345678]]', '[[+972-50-123-4567]]', '[[+971 50 123 4567]]', '[[+65 6123 4567]]', '[[+82-10-1234-5678]]', '[[+39 06 1234 5678]]', '[[+48 512 345 678]]',
  ],
  'addresses of the net': [
    '[[name@example.com]]', 'mail [[first.last+tag@sub.example.co.uk]].', '<[[x_y@example.org]]>', '[[name at example dot com]]', '[[name [at] example [dot] com]]', '[[name(at)example.com]]', '[[name @ example.com]]', '[[jörg@beispiel.example]]', 'mailto:[[a@example.net]]',
    '[[https://example.com/a?b=c#d]]', 'see [[http://example.org]].', '[[www.example.com/path]]', 'at [[example.com]] today', '[[portal.example.org/patient/123]]', '[[hxxps://example[.]com/x]]', 'ftp: [[ftp://files.example.com]]', '[[example.org:8080/x]]', '([[https://example.com/x_(y)]])', '[[sub.domain.example.edu]]', '[[http://http://example.org]]', 'see [[example.org]].[[http://example.com/a]]', '[[portal.example.health]].[[https://example.com]]',
    '[[192.0.2.1]]', 'from [[198.51.100.23:8080]]', '[[203.0.113.0/24]]', '[[2001:db8::1]]', '[[2001:0db8:85a3:0000:0000:8a2e:0370:7334]]', '[[fe80::1%eth0]]', '[[::ffff:192.0.2.128]]', 'host [[10.0.0.1]]',
    '[[00:00:5E:00:53:01]]', '[[00-00-5e-00-53-01]]', '[[0000.5e00.5301]]', 'follow [[@someone_42]]', 'username: [[jdoe42]]', 'user name is [[j.doe]]', 'Instagram: [[@some.one]]',
  ],
  'accounts and wallets': [
    '[[4111 1111 1111 1111]]', '[[4111111111111111]]', '[[4111-1111-1111-1111]]', '[[3782 822463 10005]]', '[[378282246310005]]', '[[4111 1111 1111 1112]]', 'card ending in [[4242]]', 'Visa ending [[1111]]', '[[**** **** **** 4242]]', 'card: [[************4242]]',
    '[[GB82 WEST 1234 5698 7654 32]]', '[[DE89370400440532013000]]', '[[FR14 2004 1010 0505 0001 3M02 606]]', 'IBAN: [[DE89 3704 0044 0532 0130 00]]', 'account number [[000123456789]]', 'Acct No. [[4471]]', 'acct # [[12-3456]]', 'a/c no [[00123456]]', 'routing number [[021000021]]', 'ABA [[021000021]]',
    'sort code [[12-34-56]]', 'CVV [[123]]', '[[1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa]]', '[[bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq]]', '[[0x52908400098527886E0F7030069857D2E4169EE7]]', 'Account [[8837261]]', 'billing account: [[B-88213]]',
  ],
  'health and licence numbers': [
    'MBI [[1EG4-TE5-MK73]]', '[[1EG4TE5MK73]]', 'Medicare [[1EG4 TE5 MK73]]', 'NPI [[1234567893]]', '[[1234567893]] (NPI)', 'DEA [[AB1234563]]', '[[BB1388568]]', 'HICN [[123-45-6789A]]', 'Medicaid ID [[AB12345C]]', 'member ID: [[XYZ123456789]]', 'policy [[8837261]]', 'Policy #[[HP-4471-22]]', 'Group #: [[A12-88]]',
    'subscriber id is [[W1234 56789]]', 'claim no. [[2024-00891]]', 'BCBS [[XYZ123456789]]', 'Rx BIN [[610014]]', 'passport [[X1234567]]', 'Passport No: [[123456789]]', "driver's license [[D1234567]]", 'DL# [[S123-456-78-901-0]]', "Driver's License Number: [[A123-4567-8901]]", 'license no [[RN-448213]]', 'certificate # [[CERT-2201]]', 'DL: [[WDL*AB123CD]]', 'A-number [[A123456789]]',
    'state ID [[12 345 678]]', 'NHS [[943 476 5919]]', '[[QQ 12 34 56 C]]', 'CPF [[123.456.789-09]]', 'DNI [[12345678Z]]', 'prior auth [[A88213]]',
  ],
  'vehicles and devices': [
    'VIN [[1M8GDM9AXKP042788]]', '[[1HGBH41JXMN109186]]', 'license plate [[ABC-1234]]', 'plate [[7ABC123]]', 'License plate: [[ABC 123]]', 'tag number [[XYZ 987]]', 'plate number is [[AB12 CDE]]', 'IMEI [[490154203237518]]', '[[49-015420-323751-8]]', 'serial number [[SN-00482716]]', 'S/N: [[A1B2C3D4]]', 'SN [[448213]]', 'Serial #[[PJN123456H]]',
    'UDI [[(01)00844588003288(17)141120(10)7654321D(21)10987654d321]]', 'device ID [[MED-7781-X]]', 'lot [[A12345]]', 'Lot #[[4412B]]', 'pacemaker serial [[PM882134]]', 'implant serial no: [[77-1023]]', 'device identifier [[00844588003288]]',
  ],
  'records and other numbers': [
    'MRN#: [[123-45-67]]', 'medical record number is [[AB123456]]', 'ID [[4471-22]]', 'record no [[88123]]', 'chart # [[4471]]', 'Chart [[448213]]', 'MRN [[12345]]', 'MRN:[[0012345]]', 'mrn=[[448]]', 'MRN ([[7782341]])', 'MR# [[88213]]', 'Medical Record No. [[12 34 56]]', 'med rec #[[44-12-90]]', 'Patient ID: [[P-00172]]', '"patientId": "[[00172]]"', '"medicalRecordNumber":"[[A12]]"',
    '[[00417]] (MRN)', '[[7782341]] is her MRN', 'MRNs [[48213]], [[48377]] and [[50112]]', 'MRN [[48213]]/[[48377]]', 'encounter [[E-448213]]', 'CSN [[100238847]]', 'Accession No.: [[S-24-00321]]', 'accession #[[24-123456]]', 'specimen ID [[SP24-0019]]', 'case number [[2024-CV-00117]]', 'Case # [[24-117]]', 'employee ID [[E44821]]', 'Employee #[[44821]]', 'student ID [[900123456]]', 'badge [[44213]]', 'subject ID [[017-004]]', 'participant [[0042]]',
    'order number [[88-213-4]]', 'Rx# [[7712345]]', 'ref no. [[AB/1234/56]]', 'confirmation code [[XK7Q4M]]', '[[550e8400-e29b-41d4-a716-446655440000]]', 'reference [[PT00482716]]', '[[HN-448219]] seen', 'the number [[48213377]] on it', 'patient number: [[8812]]', '<mrn>[[12345]]</mrn>', '<id value="[[12345]]"/>', 'MRN\t[[88213]]', 'MRN | [[88213]]', 'MRN\n[[88213]]', '[[MRN_88213]]', 'Hospital # [[44-82-13]]', 'mrn: [[PENDING1]]',
    'Medical record number for this patient is [[4482137]]', 'MRN on file: [[4482137]]', 'fingerprint ID [[FP-99213]]', 'voiceprint id: [[VP-1182-A]]', 'Requisition # [[R-7781]]', 'Nº de historia clínica: [[448213]]', 'Password: [[Tr0ub4dor]]', 'file number [[F-2213]]', 'Medical Record #[[AB-12-CD]]', 'pt id [[4482]]', 'visit number [[V0048213]]', 'UHID: [[UH.448213]]', 'record [[4482137]]', 'MRN No [[77 82 34]]',
  ],
  'places by number': [
    'Springfield, IL [[62704]]', 'Springfield IL [[62704-1234]]', 'Austin, Texas [[78701]]', 'zip [[02139]]', 'ZIP code: [[90210]]', '[[90210-1234]]', 'London [[SW1A 1AA]]', 'postcode [[M1 1AE]]', 'Ottawa [[K1A 0B1]]', '[[K1A0B1]]', '[[40.7128, -74.0060]]', '[[40.7128° N, 74.0060° W]]', `[[40°26'46"N]] [[79°58'56"W]]`, 'lat [[40.71]] long [[-74.00]]', '{"latitude": [[40.7]], "longitude": [[-74.0]]}',
    '[[P.O. Box 4471]]', '[[PO Box 12]]', '10 Rue Exemple, [[75001]] Paris', 'Musterstraße 1\n[[10115]] Berlin', 'lat/long [[42.36]]/[[-71.05]]', '[[N 42° 21.606]] [[W 71° 03.534]]', 'plus code [[87G8Q2XM+9V]]', '[[〒100-0001]]', 'CEP [[01310-100]]', 'zip [[021**]]', '12 Main Street [[Apt 4B]]', '12 Main St, [[Suite 200]]',
  ],
};

describe('patterns and labels', () => {
  for (const [title, texts] of Object.entries(cases)) {
    it(`finds ${title} in every writing, and nothing beside them`, () => {
      expect(texts.flatMap(text => faults(text))).toEqual([]);
    });
    it(`finds ${title} inside a note`, () => {
      expect(texts.flatMap(text => faults(`Seen today for follow-up of asthma.\n${text}\nPlan: continue current medication, return if worse.`))).toEqual([]);
    });
  }
});
