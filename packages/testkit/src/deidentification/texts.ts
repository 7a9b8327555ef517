import {parseMarked, type LabelledText} from './labelled-text.js';

// Made up for this project: nobody in them exists. Classes are the letters of 45 CFR 164.514(b)(2); `state` may stay.

const queries = `pt [[A:Ludmila Hargreave]], MRN [[H:4093-7718]], on apixaban with Hgb 6.9. reverse or transfuse first?
is it ok to give [[A:Marcus Delacroix]] (DOB [[C:07/19/1966]]) contrast with an eGFR of 31
[[C:93-year-old]] from [[B:Elko]], [[state:NV]] with a hip fracture, DNR. surgery within 48 h?
my patient [[A:tamsin whitlock]] called from [[D:775-555-0136]], rash after bactrim since [[C:monday 6/3]]
summarize the visit of [[A:Osvaldo Piñeiro]] at [[B:Juniper Creek Medical Center]] on [[C:February 11, 2024]]: EF 40%, furosemide doubled
write to [[F:t.whitlock@postbox.example.com]] that her pap was normal, next one in 3 years
SSN [[G:521-44-9087]], name [[A:Aldo Brancaleone]], needs a disability letter for COPD GOLD 4
appeal for [[A:Mrs. Nakagawa]], member ID [[I:QRT558203917]], denied adalimumab [[C:3/18]]
fax it to [[E:(775) 555-0191]], attention [[A:Dr. Philippa Okonjo]]
driver's license [[K:F255-9219-4412]] of [[A:Wade Tolliver]]: new onset seizures, may he drive
VIN [[L:1M8GDM9AXKP042788]], restrained driver [[A:Tolliver]], GCS 13. CT?
device serial number [[M:QX-77120-B]] implanted in [[A:Ruta Simkus]] is under recall
photos at [[N:https://photos.example.org/u/simkus/wound]], stage 3 ulcer. which dressing
portal login from [[O:198.51.100.77]] by [[A:Ibrahim Sesay]]: "is 5 mg too much"
subject ID [[R:NRT-0093-21]] had grade 3 hepatitis, report as SAE?
[[A:Sesay]]'s wife [[A:Mariama]] says he took 40 tabs of amitriptyline at noon [[C:on May 2nd]]
He lives at [[B:3319 Sagebrush Hollow Road]], [[B:Winnemucca]], [[state:NV]] [[B:89445]] and needs home oxygen
account number [[J:70029-4418-3]] was billed twice for [[A:Greta Ohlsson]]
[[A:OHLSSON, GRETA]] [[C:05/02/1951]] HTN CKD3 - lisinopril dose
[[A:Mr. Delacroix]], [[C:95 yo]], wants to stop his statin. Fair?
DEA number [[K:BH2345674]] of [[A:Dr. Halloran]] on a forged script, whom do I tell
[[A:Efosa]] is 4, barking cough, stridor at rest. dexamethasone dose?
seen by [[A:Dr. Bogdan Ilieşcu]] in [[B:Carson City]] on [[C:2023-10-09]] for AF with RVR
the [[C:ninety-six year old]] mother of [[A:Aldo]] fell at [[B:Maple Terrace Nursing Home]]
TSH 14 on [[C:Sept 14]], 9 on [[C:Oct 30]]: raise levothyroxine for [[A:Ruta S.]]?`;

const letters = `Dear Dr. [[A:Okonjo]],

Thank you for referring [[A:Mr. Wade Tolliver]] (date of birth [[C:14 March 1959]]), of [[B:27 Cottonwood Bend]], [[B:Fallon]], [[state:Nevada]]. He was admitted to [[B:St. Columba Hospital]] on [[C:January 6, 2024]] with pneumonia and went home on [[C:January 11]]. His daughter [[A:Renata]] ([[D:(775) 555-0164]]) manages his tablets. The Gram stain showed diplococci; a Foley catheter was out by day two. Please repeat the chest film in six weeks.

Sincerely,
[[A:Gwendolyn Abernathy]], MD
===
Patient Name: [[A:Ruta Simkus]]
DOB: [[C:11/08/1947]]   MRN: [[H:77-20931]]
Address: [[B:508 N Comstock Ave Apt 12]], [[B:Ely]], [[state:NV]] [[B:89301]]
Phone: [[D:775.555.0118]]   Email: [[F:rsimkus47@mailbox.example.net]]
Emergency contact: [[A:Jonas Simkus]] (son), [[D:702-555-0155]]
Insurance: Medicare [[I:1EG4-TE5-MK72]]
Reason for visit: palpitations. ECG: sinus rhythm, QTc 448 ms. Potassium 3.2.
===
NURSING NOTE [[C:4/22/24]] 0640. [[A:Greta Ohlsson]] slept poorly, pain 4/10, BP 142/88. Husband [[A:Sven]] called from [[B:Reno]], given an update. Dr. [[A:Ilieşcu]] paged for urine output of 20 mL/h. Parkinson medication given on time.`;

const world = `My name is [[A:Nomfundo Cele]] and I live at [[B:41 Ridge Road, Durban 4001]].
Hi, [[A:Kasimir]] here from [[org:Borealis Timber Ltd]], please ring [[D:+47 22 85 50 31]].
Ich heiße [[A:Friederike Baumgärtner]], wohnhaft [[B:Lindenstraße 8, 79098 Freiburg]].
Je m'appelle [[A:Océane Delaunay]] et j'habite [[B:6 rue des Lilas, 44000 Nantes]].
Mi hermano [[A:Evaristo Quiroga]] vive en [[B:Calle San Martín 1190, Mendoza]].
Please send it to [[A:Pooja Deshmukh]], [[B:14, Tilak Road, Pune 411030]], phone [[D:+91 98230 55017]].
[[A:Haruto Ishikawa]] moved from [[B:Sendai]] to [[B:Vancouver]] on [[C:5 April 2019]].
[[A:Wairimu]] and [[A:Temitope]] met in [[B:Nairobi]].
Refund to IBAN [[J:NL91ABNA0417164300]], holder [[A:Joris van Dam]].
My card [[J:4111 1111 1111 1111]] was stolen, [[A:Saoirse Gallagher]], [[D:087 555 0142]].
From: [[A:Milica Stojanović]] <[[F:milica.s@posta.example.rs]]>
Can [[A:Binh]] come to [[B:22 Lê Lợi, Huế]] at 6?`;

const hostile = `SSN [[G:521\u201144\u20119087]] of [[A:Al\u200Bdo Branca\u200Bleone]]
PATIENT [[A:WADE TOLLIVER]] LIVES AT [[B:27 COTTONWOOD BEND]], SEEN [[C:MARCH 9TH]]
{"name": "[[A:Greta Ohlsson]]", "dob": "[[C:1951-05-02]]", "ssn": "[[G:521-44-9087]]"}
| [[A:Ruta Simkus]] | [[C:11/08/1947]] | [[D:775-555-0118]] |
Mr.[[A:Delacroix]] was seen[[C: 7/1/24]];call [[D:(775)555-0164]]
Seen by Dr. [[A:Philippa
Okonjo]] on [[C:June
3rd, 2023]]
mail [[F:rsimkus47@mail\u200Bbox.example.net]] or [[D:７７５-５５５-０１１８]]`;

const clean = `Which dose of metoprolol is right for a 70 year old with HFrEF?
Parkinson disease or drug-induced parkinsonism: how to tell
Crohn's flare, calprotectin 900, start budesonide 9 mg daily?
Foley out, voiding trial passed, 300 mL
BP 138/84, HR 76, RR 14, T 37.1, SpO2 96% on 2 L
Pain 3/10 after 1 g of acetaminophen
GCS 15, NIHSS 4, last known well two hours ago
Apgar 9/9, born at 38 weeks by section
What did the 2022 guideline on heart failure change?
Wells score 6, start heparin while waiting for CT?
amoxicillin 500 mg tid for 7 days, 21 capsules, no refills
Sodium 131, potassium 4.0, creatinine 1.1, glucose 204
Murphy sign positive, Rovsing negative
Graves ophthalmopathy: radioiodine or methimazole
Hold warfarin 5 days before surgery, bridge if CHADS2 is over 4
Bell palsy with House-Brackmann grade 4
An 85-year-old woman with aortic stenosis, mean gradient 48 mmHg
Epley for vertigo, done twice
Is Humira safe in pregnancy?
Explain Virchow's triad to a student
MELD 22, Child-Pugh B, refer for transplant
Grade 2/6 systolic murmur at the apex
The emergency department was full; he waited in the hallway
follow up in cardiology clinic in 3 months
She smokes a pack a day and works as a teacher
Colles fracture reduced under hematoma block
Lyme titer negative, treat anyway?
H. pylori eradicated with bismuth quadruple therapy for 14 days
ICD-10 I50.22 or I50.23 for this admission
FEV1 54% predicted, FEV1/FVC 0.61
Give 20 mEq of KCl in 100 mL over 1 hour
Marfan with a root of 4.7 cm, operate?
HbA1c 7.4 from 8.1, keep metformin 1000 mg bid
No fever, chills, chest pain, cough, or dysuria.
Tylenol, Motrin and Benadryl at home; allergic to sulfa
Rinne better in air, Weber to the left
Write a handout about salt for a patient who reads at the level of a child of ten
Compare rivaroxaban with dabigatran in atrial fibrillation
Salter-Harris type 2 of the distal radius
two units of packed cells, then recheck`;

const read = (kind: string, texts: readonly string[]): readonly LabelledText[] => texts.map((text, i) => parseMarked(`${kind}-${i + 1}`, text));

/** Queries, letters, notes, forms, sentences from all over the world, texts meant to deceive. Every value in them is labelled. */
export const identifyingTexts: readonly LabelledText[] = [
  ...read('query', queries.split('\n')), ...read('letter', letters.split('\n===\n')), ...read('world', world.split('\n')), ...read('hostile', hostile.split(/\n(?=PATIENT|\{|\| |Mr\.|Seen|mail)/)),
];

/** Clinical sentences that identify nobody: eponyms, doses, scores, years, ages below 90. */
export const cleanTexts: readonly LabelledText[] = read('clean', clean.split('\n'));
