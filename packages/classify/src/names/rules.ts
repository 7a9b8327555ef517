import {readClass} from '@sluice/identifiers';
import type {IdentifierClass, Kind} from '@sluice/identifiers';

/** What a run of plain words in a name stands for. */
export interface NameRule {
  readonly words: readonly string[];
  /** Counts only where it is the whole name. */
  readonly alone: boolean;
  readonly class: IdentifierClass;
  readonly kind: Kind | null;
  readonly score: number;
}

/*
 * A line: class or kind, score, runs of plain words (see vocabulary.ts). `^` where the run has to be the whole name. The longest run in a name decides, of equal ones the last: the head of an English name
 * stands at its end. What is generic (`name`, `date`, `id`, `number`) scores low, and the table and the values decide.
 */
const table = `
name.given 0.95 first name, first, middle name, middle, nickname, name first, name middle, second name
name.family 0.95 last name, surname, maiden name, maiden, name last, ^last, family name, birth name, name family, name surname
name.full 0.95 full name, name full, patient name, person name, subject name, participant name, respondent name, member name, client name, employee name, mother name, father name, parent name, guardian name, spouse name, relative name, contact name, emergency name, emergency contact, user full name, name prefix, beneficiary name, subscriber name, salutation name, preferred name, legal name, guarantor name
name.full 0.7 ^mother, ^father, ^guardian, ^spouse, ^relative, ^patient, ^person, ^contact, ^employee, ^client, signature, ^recipient, ^sender, ^author, ^owner, ^applicant, ^caller
name.full 0.45 name
name.full 0.35 prefix, suffix, salutation, ^title
name.initials 0.85 initials, middle initial, first initial, last initial, name initial, ^initial
name.user 0.85 user name, user id, ^user
name.user 0.65 created by, updated by, performed by, signature by, collected by
name.full 0.85 contact person, relative next, policy holder, account holder, card holder, cardholder, birth name person
name.employer 0.85 employer, employer name
name.employer 0.6 school, school name
geo.street 0.95 po box, street, street address, address, apartment, address number, house number, address street
geo.city 0.9 death place, place death, city, birth city, birth place, place birth, ^birthplace, ^residence, birth town
geo.county 0.9 county, district, birth county
geo.zip 0.95 zip, zip code, zip zip
geo.coordinates 0.95 latitude, longitude, coordinates
geo.facility 0.65 facility, facility name, organization name, ward, room, bed, department name
date.birth 0.97 birth date, birth time, date birth, birth day, birth
date.birth 0.9 birth year, year birth, birth month, month birth, day birth
date.death 0.95 death date, death time, date death, death year, year death
date.service 0.9 admit date, admit time, admit, discharge date, discharge, encounter date, encounter time, service date, collected date, procedure date, diagnosis date, medication date, result date, lab date, event date, start date, end date, start time, end time, performed date, visit date, interview date, scan date, record date
date.other 0.8 hire date, date hire, termination date, date termination, created, updated, created date, updated date, date created, consent date, issued date, expiry date, seen, marriage date, interview date, date interview, enrollment date, date enrollment, registered date
date.service 0.8 date, time
date.other 0.55 ^start, ^end, year, month, week, weekday, quarter
age 0.9 age, birth age
phone 0.9 home ph, work ph, ph number, contact ph
phone 0.95 phone, phone number, emergency phone, contact phone, contact number, contact phone number
fax 0.95 fax, fax number
email 0.95 email, email address, ^address email
ssn 0.97 ssn, ssn number, ssn id, social security, social security number, social number
ssn 0.85 tax id, tax number, national id, national number, national insurance number, identity number, identity card, identity card number
mrn 0.95 mrn, nhs number, chart number, chart id, mrn number, mrn id, record number, medication record number, hospital number, facility number, patient number, patient code, patient account number
plan 0.92 health card, health card number, health insurance number, medicare, medicare number, insurance id, insurance number, insurance policy, policy, policy number, policy id, beneficiary, beneficiary id, beneficiary number, subscriber id, subscriber number, member id, member number, payer id number, plan id number, plan member id, health plan id, group number, insurance group number
account 0.92 account, account number, account id, card, card number, iban, routing number, bank account, bank account number
licence 0.92 licence, licence number, passport, passport number, certificate, certificate number, dea, dea number, licence id
provider 0.9 npi, npi number, provider, provider name, provider id, provider number, provider first name, provider last name, provider full name, organization, payer, payer name, organization name, provider phone, vendor, vendor name, provider npi, provider code, provider email, provider surname
provider 0.6 insurance carrier, insurance, insurance name, insurance company, insurance plan, insurance provider, plan name, insurance plan name
vehicle 0.92 vin, plate, vehicle id, vehicle registration, vehicle registration number, vehicle number, vin number, vehicle plate, plate number, licence plate
device 0.92 serial address, serial, serial number, device id, device number, device serial, device serial number, device udi, serial code, device code serial
url 0.92 url, url address
ip 0.95 ip, ip address
biometric 0.92 fingerprint
biometric 0.75 voice, voice sample, voice recording, audio, audio recording
photo 0.9 photo
secret 0.95 password, secret, secret key, api key, access key, key secret, ^salt, password secret
other 0.85 patient id, person id, subject id, participant id, client id, employee id, subject number, participant number, client number, employee number, person number, record id, subject code, participant code, subject, participant, person code, client code, employee code, family id, family number, family, patient key, person key, barcode, mother id, father id, relative id, twin id, contact id, relative number, twin, encounter id, encounter number, encounter code, encounter key, patient encounter id, respondent id, device token
other 0.55 id, number, encounter, patient, person, employee, client, member, beneficiary key
other 0.75 medication number, medication id, lab id, lab number, order id, order number, device code number, registration number, visit id
other 0.5 ^key
freeText 0.85 note, text, reason text, note text, diagnosis text, result text, description text, specify, other specify, note description
freeText 0.6 description, reason, ^other, other text, history, instructions, summary, abstract
sensitive 0.8 diagnosis, condition, procedure, medication, lab, result, allergy, hiv, diagnosis code, diagnosis description, medication name, medication code, medication description, condition code, condition name, condition description, procedure code, procedure name, procedure description, lab name, lab code, lab result, lab value, allergy code, allergy name, diagnosis name, reason code, reason description, lab description, allergy description, result status, death reason, death
sensitive 0.6 score, ^value, cost, balance, income
quasi 0.85 gender, race, ethnicity, marital, religion, language, occupation, education, income, nationality, state, country, height, birth country, birth state, vehicle type, family size, birth order, birth height
none 0.7 bank name, sort order, order, file name, column name, table name, field name, variable name, form name, survey name, question name, module name, page name, status name, type name, category name, group name, class name, role name, event name, item name, product name, brand name, generic name, method name, system name, display name system, file, column, form name, measure name, plan type, unit, study name, study title, instrument name, role, category, status, type, version, rank, currency, timezone, zone time, time zone, flag, level, system, method, format
none 0.55 code, display, label, count, duration, percent, rate, ratio, amount, dosage, quantity
`;

export const nameRules: readonly NameRule[] = table.trim().split('\n').flatMap(line => {
  const [, what, score, runs] = /^(\S+) (\S+) (.*)$/.exec(line)!;
  const {class: letter, kind} = readClass(what!)!;
  return runs!.split(', ').map((run): NameRule => {
    const alone = run.startsWith('^');
    return {words: run.slice(alone ? 1 : 0).split(' '), alone, class: letter, kind, score: Number(score)};
  });
});

/** Heads of names of single things. */
export const numberWords: ReadonlySet<string> = new Set(['id', 'number', 'key']);

/** Heads of names that tell about a thing and are not the thing: phone type, email verified, name count. */
export const aboutWords: ReadonlySet<string> = new Set([
  'type', 'flag', 'status', 'count', 'verified', 'valid', 'preference', 'format', 'length', 'size', 'source', 'method', 'system', 'category', 'class', 'level', 'percent', 'rate', 'ratio', 'amount', 'cost', 'price', 'balance', 'unit', 'version', 'order', 'rank',
  'optin', 'score', 'timezone', 'zone', 'currency', 'duration', 'interval', 'minutes', 'hours', 'days', 'weeks', 'low', 'high', 'avg', 'mean', 'sum', 'consent',
]);

/** First words of names of yes-or-no columns and counts. */
export const askingWords: ReadonlySet<string> = new Set(['is', 'has', 'was', 'count', 'flag', 'valid', 'min', 'max', 'avg']);

/** Words of people whose rows these may be, or who belong to them. */
export const personWords: ReadonlySet<string> = new Set([
  'patient', 'person', 'subject', 'participant', 'respondent', 'member', 'client', 'employee', 'mother', 'father', 'parent', 'guardian', 'spouse', 'relative', 'contact', 'emergency', 'user', 'beneficiary', 'subscriber', 'twin', 'family', 'employer',
  'applicant', 'owner', 'sender', 'recipient', 'author', 'caller', 'student', 'students', 'staff', 'donor', 'donors', 'tenant', 'resident', 'residents', 'victim', 'witness', 'teacher', 'teachers', 'author', 'authors', 'passenger', 'guest', 'guests', 'volunteer', 'volunteers', 'candidate', 'candidates',
]);

/** Words of those who treat, insure or deliver: their names need not go, but must be told. */
export const providerWords: ReadonlySet<string> = new Set(['provider', 'organization', 'facility', 'department', 'payer', 'vendor', 'insurance']);
