/** Words before a name that make sure it is one. Folded, without a point. */
export const titles: ReadonlySet<string> = new Set([
  'mr', 'mrs', 'ms', 'miss', 'mx', 'mister', 'missus', 'dr', 'drs', 'prof', 'professor', 'rev', 'reverend', 'sir', 'dame', 'lord', 'lady', 'hon', 'rabbi', 'imam', 'sheikh', 'shaykh', 'sheik', 'pastor', 'deacon', 'msgr', 'monsignor', 'judge',
  'sgt', 'sergeant', 'capt', 'captain', 'cpt', 'lt', 'lieutenant', 'col', 'colonel', 'maj', 'cpl', 'corporal', 'pvt', 'gen', 'adm', 'det', 'detective', 'officer', 'sheriff', 'deputy', 'atty', 'attorney', 'senator', 'congressman', 'governor',
  'señor', 'senor', 'senora', 'senorita', 'sr', 'sra', 'srta', 'don', 'dona', 'dra', 'herr', 'herrn', 'frau', 'fraulein', 'mme', 'mlle', 'monsieur', 'madame', 'mademoiselle', 'signor', 'signora', 'signorina', 'sig', 'senhor', 'senhora', 'dhr', 'mevr', 'mevrouw', 'meneer',
  'pan', 'pani', 'gospodin', 'gospozha', 'shri', 'sri', 'smt', 'kumari', 'haji', 'hajji', 'ustad', 'nurse', 'auntie', 'tante', 'tia', 'tio', 'ratu', 'datuk', 'dato', 'tunku', 'pak', 'ibu', 'khun', 'swami', 'fr', 'hr', 'hno', 'hna', 'srs', 'sres', 'sisters', 'messrs', 'profs', 'doctors', 'mstr', 'esq', 'chaplain', 'president', 'chief', 'abuela', 'abuelo', 'nana', 'grandma', 'grandpa', 'mdm', 'tn', 'ny',
]);

/** Titles that are common words besides: they make a name only of what is written with a capital. */
export const weakTitles: ReadonlySet<string> = new Set([
  'ratu', 'datuk', 'dato', 'pak', 'ibu', 'khun', 'swami', 'fr', 'hr', 'chaplain', 'president', 'chief', 'doctors', 'sisters', 'miss', 'lady', 'lord', 'sir', 'judge', 'officer', 'deputy', 'captain', 'major', 'general', 'nurse', 'don', 'pan', 'sri', 'nana', 'sig', 'gen', 'det', 'col', 'lt', 'ms', 'sr', 'hon', 'rev', 'ny', 'tn', 'al', 'dame', 'governor', 'professor', 'attorney', 'pastor', 'sergeant', 'grandma', 'grandpa', 'tia', 'imam', 'mdm', 'drs', 'adm', 'maj', 'capt', 'detective', 'sheriff',
]);

/** Family, roles and occasions that a name follows: "her daughter Ana", "seen by Kim". */
export const relations: ReadonlySet<string> = new Set([
  'patient', 'patients', 'pt', 'pts', 'client', 'resident', 'subject', 'mother', 'father', 'mom', 'mum', 'mommy', 'dad', 'daddy', 'son', 'daughter', 'wife', 'husband', 'spouse', 'partner', 'fiance', 'fiancee', 'boyfriend', 'girlfriend', 'brother', 'sister', 'sibling', 'twin',
  'aunt', 'uncle', 'cousin', 'nephew', 'niece', 'grandmother', 'grandfather', 'grandson', 'granddaughter', 'grandma', 'grandpa', 'stepmother', 'stepfather', 'stepson', 'stepdaughter', 'mil', 'fil', 'friend', 'neighbor', 'neighbour', 'roommate', 'caregiver', 'caretaker',
  'guardian', 'guarantor', 'sponsor', 'baby', 'infant', 'newborn', 'child', 'boy', 'girl', 'man', 'woman', 'gentleman', 'lady', 'veteran', 'employee', 'student', 'nurse', 'physician', 'doctor', 'surgeon', 'cardiologist', 'oncologist', 'neurologist',
  'psychiatrist', 'psychologist', 'therapist', 'counselor', 'pharmacist', 'dentist', 'midwife', 'pediatrician', 'urologist', 'nephrologist', 'gastroenterologist', 'dermatologist', 'endocrinologist', 'radiologist', 'pathologist', 'hospitalist', 'intern', 'pcp', 'np', 'attending',
  'social', 'worker', 'aide', 'manager', 'coordinator', 'teacher', 'principal', 'coach', 'boss', 'supervisor', 'landlord', 'lawyer', 'interpreter', 'contact', 'provider', 'clinician', 'specialist', 'tech', 'technician', 'witness', 'colleague', 'coworker', 'classmate', 'tutor', 'babysitter', 'nanny', 'sitter', 'ex', 'stepson', 'inlaw', 'elder', 'kid', 'toddler', 'teen', 'teenager', 'passenger', 'victim', 'donor', 'recipient', 'participant', 'named', 'surname', 'alias', 'aka', 'nee',
]);

/** Verbs of which people are the subject: "Okonkwo reports", "Ana was admitted". */
export const personVerbs: ReadonlySet<string> = new Set([
  'reports', 'reported', 'states', 'stated', 'denies', 'denied', 'says', 'said', 'complains', 'complained', 'presents', 'presented', 'lives', 'lived', 'works', 'worked', 'called', 'calls', 'phoned', 'admits', 'endorses', 'endorsed', 'tells', 'told', 'describes', 'described', 'takes', 'took', 'has', 'had',
  'is', 'was', 'feels', 'felt', 'wants', 'wanted', 'asks', 'asked', 'visited', 'returned', 'returns', 'notes', 'noted', 'mentioned', 'mentions', 'agreed', 'declined', 'declines', 'refused', 'refuses', 'underwent', 'suffers', 'suffered', 'died', 'arrived', 'came', 'went', 'needs', 'needed', 'thinks', 'believes', 'smokes', 'drinks', 'stopped', 'started',
  'tolerated', 'received', 'will', 'would', 'can', 'cannot', 'could', 'did', 'does', 'should', 'may', 'and', 'who', 'whose', 'wrote', 'writes', 'saw', 'recommended', 'recommends', 'ordered', 'prescribed', 'performed', 'discussed', 'signed', 'dictated', 'walks', 'sleeps', 'eats', 'explained', 'confirmed', 'expressed', 'uses', 'used', 'moved', 'gave', 'got', 'gets', 'remains', 'continues', 'appears', 'seems', 'looks',
]);

/** Degrees and professions behind a name: "Jane Roe, MD". In capitals as written, without points. */
export const credentials: ReadonlySet<string> = new Set([
  'MD', 'DO', 'RN', 'NP', 'PA', 'PHD', 'PhD', 'DDS', 'DMD', 'LPN', 'LVN', 'CNA', 'MSW', 'LCSW', 'LMSW', 'LMFT', 'LPC', 'PT', 'DPT', 'OT', 'OTR', 'SLP', 'CCC', 'PSYD', 'PsyD', 'EDD', 'DNP', 'APRN', 'ARNP', 'CRNP', 'FNP', 'CNP', 'CNM', 'CRNA', 'BSN', 'MSN', 'PharmD', 'PHARMD', 'RPH', 'RPh', 'DC', 'DPM', 'OD', 'ND',
  'MBBS', 'MBCHB', 'FRCS', 'FRCP', 'MRCP', 'FACS', 'FACC', 'FACP', 'MPH', 'RD', 'RDN', 'CDE', 'RT', 'RRT', 'CRT', 'EMT', 'PAC', 'CMA', 'MBA', 'JD', 'ESQ', 'Esq', 'JR', 'Jr', 'SR', 'Sr', 'II', 'III', 'IV', 'DVM', 'MS', 'MA', 'BS', 'BA', 'MSc', 'BSc', 'Psy', 'Ph', 'FNP-C', 'PA-C',
]);

/** Small words inside names of several languages: "van der Berg", "de la Cruz", "bin Salman". Folded. */
export const particles: ReadonlySet<string> = new Set([
  'van', 'von', 'der', 'den', 'de', 'del', 'della', 'delle', 'dello', 'di', 'da', 'das', 'do', 'dos', 'du', 'des', 'la', 'las', 'le', 'les', 'lo', 'los', 'el', 'al', 'ul', 'ur', 'bin', 'binti', 'bte', 'bint', 'ibn', 'ben', 'bar', 'abu', 'abd', 'abdel', 'abdul', 'umm', 'ap', 'ab', 'af', 'av', 'zu', 'zum', 'zur', 'vom', 'ten', 'ter', 'te', 't',
  'st', 'saint', 'san', 'santa', 'mac', 'mc', 'o', 'y', 'e', 'und', 'op', 'in', 'het', 'dal', 'degli', 'dei',
]);

/** What stands before a colon when a name comes after it. Folded, words joined by one blank; the last words before the colon count. */
export const nameLabels: ReadonlySet<string> = new Set([
  'name', 'names', 'patient', 'patient name', 'pt', 'pt name', 'full name', 'first name', 'last name', 'middle name', 'given name', 'family name', 'surname', 'maiden name', 'preferred name', 'nickname', 'alias', 'aka', 'client', 'client name', 'resident', 'member', 'member name', 'subscriber', 'subscriber name',
  'insured', 'insured name', 'policyholder', 'policy holder', 'beneficiary', 'guarantor', 'guarantor name', 'responsible party', 'emergency contact', 'contact', 'contact name', 'contact person', 'next of kin', 'nok', 'kin', 'mother', 'father', 'mothers name', 'fathers name', 'parent', 'parents', 'guardian', 'legal guardian', 'spouse', 'wife',
  'husband', 'son', 'daughter', 'brother', 'sister', 'partner', 'caregiver', 'proxy', 'health care proxy', 'healthcare proxy', 'poa', 'power of attorney', 'attending', 'ordering', 'nurse notes', 'who', 'teacher', 'parent guardian', 'principal', 'counselor', 'coach', 'assistant surgeon', 'first assistant', 'scrub nurse', 'circulating nurse', 'circulator', 'perfusionist', 'technologist', 'technician', 'sonographer', 'hospitalist', 'on call', 'discussed with', 'spoke with', 'accompanied by', 'given by', 'collected by', 'administered by', 'completed by', 'interviewed by', 'evaluated by', 'managed by', 'approved by', 'ordered by', 'performed by', 'read by', 'interpreted by', 'submitted by', 'accepted by', 'attending', 'attending physician', 'physician', 'provider', 'doctor', 'dr', 'pcp', 'primary care', 'primary care physician', 'referring', 'referring physician', 'referring provider', 'ordering physician',
  'ordering provider', 'consultant', 'surgeon', 'assistant', 'anesthesiologist', 'anaesthetist', 'resident physician', 'fellow', 'nurse', 'rn', 'pharmacist', 'therapist', 'radiologist', 'pathologist', 'interpreter', 'case manager', 'social worker', 'care coordinator', 'dictated by', 'transcribed by', 'signed by', 'signed', 'electronically signed by', 'authenticated by',
  'reviewed by', 'verified by', 'prepared by', 'entered by', 'seen by', 'examined by', 'written by', 'reported by', 'requested by', 'referred by', 'author', 'signature', 'witness', 'witnessed by', 'cc', 'to', 'from', 'attn', 'attention', 'sender', 'recipient', 'employee', 'employee name', 'student', 'applicant', 'caller', 'informant', 'historian', 'subject name', 'owner',
  'nombre', 'apellido', 'apellidos', 'paciente', 'nome', 'cognome', 'sobrenome', 'nom', 'prenom', 'vorname', 'nachname', 'patientin', 'naam', 'voornaam', 'achternaam', 'имя', 'фамилия', 'пациент', 'отчество', 'фио', '姓名', '氏名', '患者', '患者姓名', '名前', '이름', '성명', '환자', 'الاسم', 'שם',
]);

/** Openings and endings of letters after which a name stands. Folded. */
export const salutations: ReadonlySet<string> = new Set(['dear', 'hi', 'hello', 'hey', 'querido', 'querida', 'estimado', 'estimada', 'cher', 'chere', 'caro', 'cara', 'prezado', 'prezada', 'liebe', 'lieber', 'geehrter', 'geehrte', 'beste', 'geachte']);
export const closings: ReadonlySet<string> = new Set(['sincerely', 'regards', 'yours', 'respectfully', 'truly', 'faithfully', 'cheers', 'thanks', 'best', 'cordially', 'love', 'saludos', 'atentamente', 'cordialement', 'grusse', 'gruss', 'grussen', 'atenciosamente', 'saluti', 'groet', 'groeten', 'signed']);
