/** Made-up texts in which what has to go stands between « and ». */
export const queries = `
58 yo F «Maria Gonzalez-Lopez», MRN «00123-88», seen at «Mercy General» on «3/4» for chest pain, troponin 0.04.
patient «john smith» from «dayton» has been taking metformin 500 mg twice daily, what else can we add
my pt «tamika washington» (dob «4/12/1967») has afib, is eliquis ok with ckd stage 3
67M «Robert Chen», lives in «Fresno», presents with worsening dyspnea. EF 25%. Next steps?
Can you summarize the plan for «Siobhán O'Brien», who was admitted to «St. Vincent's Hospital» on «January 9»?
I'm seeing «Mr. Abdulrahman» tomorrow; his HbA1c is 9.2. Should I start insulin?
pt named «kevin» from «boise idaho» w/ new seizures. keppra dosing?
Draft a letter to «Mrs. Eleanor Whitfield» at «45 West 34th Street, New York, NY 10001» about her mammogram.
«Okonkwo, Chidi» 45M HTN DM2, «(312) 555-0148», wants refill of lisinopril.
What is the differential for «Ms. Nguyen»'s rash? She returned from Thailand last week.
ASAP consult for «JAMES WALKER» in bed 4, K 6.8, ECG changes.
Her mother, «Gudrun Halvorsen», died of breast cancer at 52. «Gudrun» lived in «Duluth».
Referring provider: «Dr. Anil Deshmukh», «Lakeshore Nephrology Associates», fax «414-555-0199».
Insurance card says «Patel, Rohan K.», member id «XQH882910034».
Discharge summary for «Tyrone Jackson» (MRN: «4478120») from «Oakwood Rehabilitation Center».
The patient, «Chase Young», reports no pain since the procedure.
«Grace» says she has trouble sleeping. «Grace» also snores.
Is it safe for «Hannah» to breastfeed while on sertraline? Her baby is «Noah».
Called «Walgreens» on «Maple Street» about the warfarin; spoke to «Priya».
patient is «mohammed al-rashid», 33, works at «ford motor company» in «dearborn», c/o low back pain
Lab results for «Svetlana Kuznetsova» came back: TSH 8.4. She lives near «Spokane».
«Xiaoming Zhang» was referred by «Dr. Elizabeth Hargrove-Payne» for resistant hypertension.
my neighbor «Bob» in «Tulsa» has shingles, can he give me chickenpox
I am «Fatoumata Diallo», 29 weeks pregnant, and my doctor is «Dr. Levy».
«Juan Carlos Ortega Ruiz» needs a prior authorization for Humira.
28yo G2P1 «Aaliyah Brooks» at 32 weeks, GBS pos, presenting to «Riverside Community Hospital».
hi this is «brianna» calling about my lab results, my number is «602-555-0177»
Please update the record of «T. Bergström»: address «Storgatan 14, 111 23 Stockholm».
«Thuy Tran» and her husband «Minh» moved to «Garden Grove, California» in 2019.
Pt «Olamide Adeyemi-Johnson» seen in ED at «Parkland».
He attends «Lincoln Middle School» and his teacher «Ms. Applebaum» noticed staring spells.
She was baptised at «First Baptist Church of Macon» and works for «Delta Airlines».
patient «maria» says her knee hurts after falling at «kroger»
35 y/o «Ahmed Hassan El-Sayed» with DKA, transferred from «Hamad Medical Corporation».
My daughter «Zoë» has a fever of 103, pediatrician «Dr. Wu» is closed
Review the chart of «DeShawn Williams» and «LaToya McAllister» for drug interactions.
«Ingrid van der Meer» had a lumpectomy on «12 March 2021» at «Erasmus MC».
Does «Mr. Brown» need anticoagulation? «Brown» has a CHADS-VASc of 4.
Could you translate this for «Señora Guadalupe Hernández»?
Our nurse «Kelly» drew the blood; «Kelly» labelled the tubes.
78F from «Sacramento County» w/ sepsis, son «Darnell» is POA
Patient «R.T.» is a 41M; «R.T.» denies chest pain.
«Nakamura Haruto», male, 61, gastric cancer, from «Osaka», evaluated at «Keio University Hospital»
a 54 year old woman, «linda carter», of «akron, ohio», has hot flashes
Got labs back on «Ms. Petrovic», potassium 3.1, she's at «Golden Acres Nursing Home»
Write an excuse note to «Lowell High School» for «Emma-Louise Fraser».
«Pradeep Venkataraman» c/o palpitations, works at «Infosys».
VA patient «Earl Hutchins», Vietnam vet, lives at «1120 County Road 12, Mobile, AL 36602»
`.trim().split('\n');

export const letters = [`
«Mercy General Hospital»
«400 Lakeview Drive, Suite 210»
«Springfield, IL 62704»

«March 3, 2024»

Re: «Dorothea Lindqvist», DOB «07/19/1948»

Dear «Dr. Bhattacharya»,

Thank you for referring «Mrs. Lindqvist» for evaluation of progressive dyspnea. She lives with her daughter «Annika» in «Decatur» and is a retired schoolteacher. She was seen by «Dr. Ruiz» in the cardiology clinic, who found a grade III systolic murmur. «Dorothea» denies syncope.

Echocardiogram showed severe aortic stenosis. We discussed TAVR. Her son «Pål» will call us at «217-555-0133».

Sincerely,

«Kwabena Asante», MD
Department of Cardiology
cc: «Maria Lindqvist-Olsen»; «Dr. P. Ruiz»
`, `
Patient Name: «HERRERA, CAMILA»      MRN: «88213004»
Address: «77 Harbor View Ln, Apt 3C, Corpus Christi, TX 78401»
Emergency contact: «Luis Herrera» (husband)  Phone: «361-555-0102»
Attending: «S. Goldberg», MD
PCP: «Naomi Watanabe», NP

HISTORY OF PRESENT ILLNESS: Ms. «Herrera» is a 34-year-old woman with type 1 diabetes, admitted with DKA. She was brought in by her coworker «Jasmine» from «Harbor Freight».

PAST MEDICAL HISTORY: Hashimoto thyroiditis, Graves disease in her mother, Raynaud phenomenon.

MEDICATIONS: Lantus 20 units nightly, Humalog sliding scale, Synthroid 88 mcg daily.

Dictated by: «Rachel Obi», PA-C
`, `
Sehr geehrte Frau «Schäfer»,

wir berichten über Herrn «Klaus-Dieter Baumgärtner», geb. «12.05.1951», wohnhaft «Lindenstraße 8a, 50674 Köln».

Mit freundlichen Grüßen
«Dr. med. Ulrike Vogt»
`, `
Paciente: «José Luis Fernández García»
Domicilio: «Calle de Alcalá 45, 3º B, 28014 Madrid»
Médico: «Dra. Pilar Montero»
`, `
Patient: «Joana D'Ávila Monteiro»
Address: «Rua das Laranjeiras, 210, Apto 302, Rio de Janeiro - RJ, 22240-003, Brasil»
`, `
Ship to:
«Kenji Watanabe»
«2-11-3 Meguro, Meguro-ku»
«Tokyo 153-0063»
Japan
`, `
«Rajesh Iyer»
«Flat 12B, Shanti Apartments, 14 Gandhi Nagar»
«Chennai 600020»
India
`, `
«Ekaterina Sokolova»
«ul. Tverskaya, d. 12, kv. 45»
«Moscow 125009»
Russia
`, `
«Amélie Rousseau»
«18 bis rue Victor Hugo»
«69002 Lyon»
France
`, `
«Agnieszka Wójcik», «ul. Marszałkowska 10/4, 00-590 Warszawa», called about her results.
`, `
«Harriet Featherstone»
«Flat 2, 14 Baker Street»
«London NW1 6XE»
`, `
«Pieter de Vries»
«Keizersgracht 241»
«1016 EA Amsterdam»
`, `
«Giulia Esposito»
«Via Roma 15»
«80134 Napoli NA»
Italia
`, `
«Sophie Tremblay»
«1250 rue Sainte-Catherine Ouest»
«Montréal, QC H3B 1A1»
`, `
RN note: pt resting. Daughter «Keisha» at bedside, updated by «Dr. O'Malley». «Keisha» asked about hospice. Will d/c to «Sunrise Senior Living» on «Tuesday».
Signed: «M. Delacroix», RN
`, `
PT: «WILLIAMS, ANDRE»
DOB: «11/02/1975»
PT PRESENTS WITH CHEST PAIN AND SHORTNESS OF BREATH. HE LIVES IN «BATON ROUGE» WITH HIS WIFE «MONIQUE». NO ALLERGIES.
DR «PATEL» WAS NOTIFIED.
`];

/** Names, places and employers in less usual forms and writings. */
export const unusual = `
«Sung-min Ryu» is a 34 yo M with gastritis, please advise on triple therapy
«Anne-marie Kerbrat» had her appendix removed last year.
«June Marsh», 54, has a new lump in her left breast.
my patient «hope field» was started on warfarin
Discussed with «Bill Stone» and «Daisy Woods» about goals of care.
mrs «young» had her stitches out, can she shower
Student: «Priyanka Rao», grade 4, asthma action plan attached
Parent/guardian: «Tobias Engel»
SURGEON: «ÉLODIE MARCHAND»
ASSISTANT: «B. FALK», PA
Provider: «Rusty Barnes»
«Odili» is a 12 year old with sickle cell crisis.
Do you know if «Thabo» can take amoxicillin?
«Dawn Winter», RN at bedside. «Winter» ambulated the patient. «Winter» reports no falls.
thanks «aneta»! i will try the cream tonight
best, «farai»
je m'appelle «Clémence» et j'ai mal à la tête
and her brother «sarai» has the same rash
Wound check for «Kowalczyk, I.» done, dressing dry.
«William "Bill" Stonebridge» was discharged home.
Admitted from «Willow Creek Assisted Living» with a UTI.
Seen at «Sunny Slope Pediatrics» for well child visit.
Transferred to «Harbor Light Veterans Home».
Follow up with «Blue River Oncology Associates» in two weeks.
pt discharged to «st. xavier's medical center» rehab unit
«St. Xavier's Medical Center» called about the biopsy.
home visit to «31 alder brook dr unit 9 ogden utah» tomorrow
she lives at «16 granite ct apt 2c, elko nv 89801»
lives at «80 Old Mill Pike»
moved to «minden nv» last month with his wife
the crash was off «County Road 12» near «Tonopah»
Address: «Vesterbrogade 45, 3. tv., 1620 København V, Danmark»
Send it to «Carrer de Mallorca 120, 2º izq., 08036 Barcelona, Spain»
«Blk 318 Ang Mo Kio Ave 3 #08-1231, Singapore 560318»
«No. 7, 3rd Cross, Indiranagar, Bengaluru - 560003»
«Room 1502, Harbour View Building, 12 Nathan Road, Kowloon, Hong Kong»
«Villa 17, Al Wasl Road, Jumeirah, Dubai»
«Plot 44, Kampala Road, Kampala, Uganda»
«22 Hope Road, Kingston 10, Jamaica»
«45 Galle Road, Colombo 03, Sri Lanka»
«12 Chapel Lane, Athlone, A96 F5C2»
«Avenida Corrientes 1234, Buenos Aires, C1043AAZ, Argentina»
«Rua Augusta 45, 1100-053 Lisboa, Portugal»
«Kauppakatu 12 B 27, 00100 Helsinki»
«Kerkstraat 12 bus 4, 2000 Antwerpen, België»
PT TRANSFERRED FROM «ELKO» SEEN BY CARDIOLOGY TODAY
picked up at «Walgreens #11, Decatur»
{'line1': '«9 Alder Circle»', 'city': '«Tupelo»'}
He works at «Brightwater Textiles Group» as an accountant.
She is employed by «Larsen Roofing Ltd» and has carpal tunnel.
i work for «halvorsen freight» and lift boxes all day
Wife «Marigold» at bedside.
Interpreter used; «Nguyen Thi Lan» consented.
PCP is «Dr. Fielding-Moss» at «Cascade Family Practice».
«Ba Ngoc» speaks Vietnamese only; grandson «Tien» interprets.
Contact «Ekow Mensah» at the front desk about the referral.
Message for dr. «osei»: pt «lindiwe» still febrile
I saw Fr. «Dominic» at «Holy Trinity Church» before he collapsed.
Her husband «Sandeep», her son «Arjun» and her mother-in-law «Kamala» live with her.
Il paziente «Luca Bianchi» vive a «Torino».
Patient lives with Auntie «Rose» in «Chattanooga, TN».
Name on the card: «María José Peña Ríos»
Seen in clinic with wife, «Oluwakemi», and daughter, «Temi».
Handoff: «Ferreira» bed 12, «Castellano» bed 14, both stable.
The pt's sister «Ilse» (POA) can be reached at «555-867-5309».
Recommended by «Dr. Grace Kim» of «Northshore Orthopedics».
«Mohamed A.» and «Sara K.» attended the group session.
Born in «Kaliningrad», he emigrated in 1995.
resident of «Bexar County», hx of EtOH use
mrs «spring» had her dressing changed
«Rusty» a 70 yr old male with CHF
«Faith» and her twin were born early.
«Joy» is 3yo and has croup.
Her brother «June» visited.
Discussed with «June Frost» and «Hope Rivers» at bedside.
Provider: «April Bush»
Parent/guardian: «Helene Moss»     Cell: «555-0133»
Patient: «VARGO, ILDIKO»   ID: «44812»
Met with Ms. «Hye-jin Park»'s daughter today.
«Lindgren, Saga; Holm, Elias; Berg, Alma»
«Siti binti Rahman» lives in «Johor Bahru».
«45/2 Moo 3, Bang Kapi, Bangkok 10240»
«#502, 12th Main, HAL 2nd Stage, Bengaluru 560008»
«12 Bourdillon Road, Ikoyi, Lagos»
«Am Markt 3, 18055 Rostock»
seen at «green valley hospice» yesterday
grew up in the «Bronx», works in «Queens»
The «Halvorsens» flew in from «Denver».
user folder /home/«mlopez» is full
«佐藤 健» 様 頭痛で来院
患者«王小明»，男，45岁，胸痛。
Пациент «Иванов Сергей Петрович», 56 лет, жалобы на боль в груди.
`.trim().split('\n');

/** What must stay as it is, whole. */
export const clean = `
Is Ozempic safe for a patient with Crohn's disease and a history of Hodgkin lymphoma?
Wells score was 4.5 and Apgar scores were 8 and 9.
The Epley maneuver was performed in the ER without complications.
What is the recommended dose of Keflex for cellulitis in a Hispanic male with penicillin allergy?
Babinski sign negative bilaterally, Romberg negative, Glasgow Coma Scale 15.
Can a nursing home resident get the flu vaccine while in the ICU?
Will metoprolol interact with Lasix?
May I take Tylenol with Advil?
According to the American Heart Association, Parkinson disease and Alzheimer's disease are common.
Young women with Graves disease or Hashimoto thyroiditis often present with palpitations.
White blood cells were elevated and urine was brown.
Foley catheter removed, Jackson-Pratt drain in place, Penrose drain removed.
Past Medical History: Hypertension, Type 2 Diabetes Mellitus, Hyperlipidemia.
Review of Systems: Negative for fever, chills, nausea, vomiting.
Stevens-Johnson syndrome is a rare complication of lamotrigine.
Start Augmentin 875 mg PO BID for 10 days.
The patient has Guillain-Barré syndrome and was started on IVIG.
Assess for Kernig and Brudzinski signs.
Hoehn and Yahr stage 3 Parkinson's disease, on Sinemet.
Which statin is preferred after an MI in a patient with CKD?
MRI of the brain showed Chiari malformation type I.
Patients with Ehlers-Danlos syndrome may need genetic counseling.
He follows a Mediterranean diet and exercises 3 times a week.
CBC, CMP, TSH, and HbA1c were ordered.
Refer to cardiology, neurology and physical therapy.
The CDC and the WHO recommend annual influenza vaccination.
She speaks Spanish and Vietnamese and needs an interpreter.
The patient is a retired teacher who lives alone and walks with a cane.
Patient denies tobacco, alcohol, and illicit drug use.
Colles fracture of the right wrist, closed reduction and casting.
Murphy's sign was positive; ultrasound showed gallstones.
Give Narcan 0.4 mg IV and repeat every 2 to 3 minutes.
Treatment with R-CHOP for diffuse large B-cell lymphoma.
Biopsy revealed Barrett's esophagus without dysplasia.
Whipple procedure was recommended for pancreatic cancer.
Epstein-Barr virus serology and Coombs test were sent.
Down syndrome screening was discussed in the first trimester.
Her Braden score is 14, so turn every two hours.
Wilson disease, Addison's disease, and Cushing's syndrome were considered.
Lyme disease is endemic in the Northeast.
Start Zoloft 50 mg, then titrate; avoid Prozac with Nardil.
The Mini-Mental State Examination score was 24 of 30.
Continue Eliquis, Entresto, Farxiga and Jardiance as prescribed.
Heimlich maneuver was performed by a bystander.
Ringer's lactate at 125 mL per hour.
What are the side effects of Wegovy and Mounjaro?
Is there an interaction between Paxlovid and Lipitor?
Explain the difference between Bell's palsy and stroke.
The Emergency Department was busy last night.
Physical Exam: General: Well appearing, in no acute distress. Heart: Regular rate and rhythm.
Assessment and Plan: Continue current medications. Follow up in 2 weeks.
Use the Beers criteria for older adults and the Centor score for pharyngitis.
Dr. on call was notified.
Patient was discharged home in stable condition with home health services.
Tourette syndrome and Asperger syndrome were mentioned in the family history.
Trendelenburg position, Valsalva maneuver and Kegel exercises were taught.
Check a Mantoux test and a chest X-ray before starting Humira.
Karnofsky performance status 70, ECOG 2.
Swan-Ganz catheter showed a wedge pressure of 18 mmHg.
Escherichia coli and Klebsiella pneumoniae grew in urine culture.
Staphylococcus aureus bacteremia treated with vancomycin for 6 weeks.
the patient is a 45 year old man with back pain for 3 weeks
she takes lisinopril 10 mg and hydrochlorothiazide 25 mg every morning
what is the best treatment for plantar fasciitis in runners
can i give ibuprofen and acetaminophen together to a child
patient has a history of depression and anxiety, started on lexapro
is it normal to have cramping after an iud insertion
how long does it take for prednisone to work for poison ivy
HPI: 62 y/o F w/ PMH of COPD, CHF, CKD stage 3 p/w SOB x 3 days.
VITALS: BP 128/76, HR 88, RR 16, T 98.6, SPO2 97 PERCENT ON ROOM AIR.
NO ACUTE DISTRESS. LUNGS CLEAR TO AUSCULTATION BILATERALLY.
MEDICATIONS: METFORMIN, ATORVASTATIN, ASPIRIN.
Native American and Pacific Islander patients have a higher prevalence of diabetes.
Medicare Part D covers most vaccines; Medicaid rules differ by state.
He moved from Ohio to Texas and then to Germany.
Orthodox Jewish and Muslim patients may fast on certain days.
Pfizer and Moderna vaccines are both mRNA vaccines.
The New York Heart Association class is III.
A Cochrane review and a JAMA article support this approach.
Randomized trials such as SPRINT and ACCORD compared blood pressure targets.
Kawasaki disease requires IVIG and aspirin within 10 days.
Her Bishop score is 8; start Pitocin.
Moro reflex present, Ortolani and Barlow negative.
Consider Sjogren syndrome, Behcet disease, or Takayasu arteritis.
The Ottawa ankle rules suggest no X-ray is needed.
Please write a patient education handout about Type 1 diabetes.
Summarize the latest guidelines for managing hypertension in pregnancy.
Blue Cross denied the prior authorization for Dupixent.
Snellen chart: 20/40 OD, 20/25 OS.
Clostridium difficile toxin was positive; start oral vancomycin.
Social History: Lives with spouse, works as a nurse, drinks wine occasionally.
Family History: Mother with breast cancer, father with coronary artery disease.
Chief Complaint: Chest pain.
Allergies: Penicillin, Sulfa, Latex.
Code status: Full code.
Impression: Acute appendicitis. Plan: Laparoscopic appendectomy.
Nurse to monitor vitals every four hours; page Surgery if fever develops.
Marfan habitus noted; Beighton score 7.
Charcot joint of the left foot with Lisfranc injury.
Pain is worse in the morning, better with rest and heat.
Neurology was consulted and recommended Keppra 500 mg BID.
The Department of Health issued a heat advisory.
Virchow's triad includes stasis, endothelial injury and hypercoagulability.
Osgood-Schlatter disease is common in adolescent athletes.
Schedule a Pap smear and a HPV test.
Use a Hoyer lift and a Geri chair for transfers.
Mrs. is not sure about the date of her last tetanus shot.
Gram stain shows Gram-positive cocci in clusters.
Korotkoff sounds were faint and Kussmaul breathing was present.
Give Ensure twice daily and encourage fluids.
Dietary: avoid Brie, Camembert and other soft cheeses during pregnancy.
Port-a-Cath flushed with Heparin.
Apply Silvadene cream and Xeroform gauze daily.
Patient uses an Apple Watch and a Fitbit to track heart rate.
Child-Pugh C cirrhosis with a MELD of 22.
Use a SABA as needed and a LABA daily.
Na 138, K 4.1, Cl 102, anti-Xa level 0.6.
The MoCA score was 22 and the PHQ-9 was 14.
Norwalk virus and Coxsackie virus outbreaks were reported.
TNM stage T2N1M0, BNP 1840, INR 2.3.
Osler-Weber-Rendu disease and Henoch-Schonlein purpura were ruled out.
A Jackson-Pratt drain and a Hickman line were placed.
The Bristol stool chart and the Rome IV criteria were used.
Interventional Cardiology, Pediatric Surgery and Inpatient Rehab were consulted.
See Cardiology in one week and call Dermatology for a biopsy.
The patient went to the Emergency Room and then to Urgent Care.
Patient is a Marine Corps veteran and a member of a local church.
Follow up with Primary Care, Physical Therapy and Wound Care.
What is the mechanism of action of Trulicity compared with Victoza?
He takes Coumadin, Plavix, and Norvasc; denies Viagra use.
Lou Gehrig's disease and Huntington's chorea were excluded.
Explain Kaplan-Meier curves and Cox regression in simple words.
Mount Sinai criteria aside, the Rockall score was low.
Is there a generic for Singulair, Flonase or Zyrtec?
Please explain the Nuss procedure and the Ross procedure to a family.
Labs: WBC 12.4, Hgb 9.8, Plt 210, Cr 1.4.
Ask about Advance Directives and Power of Attorney.
Black patients and White patients had similar outcomes.
The Veterans Affairs benefits office was closed.
How do I interpret a Q wave in lead III on an ECG?
Turner syndrome, Noonan syndrome, and Williams syndrome differ.
The World Health Organization and the National Kidney Foundation agree.
A Mallampati 3 airway, ASA II.
Grade 2 Fuhrman and Bosniak III cyst.
Kell antigen negative, Duffy positive.
In the Framingham Heart Study, risk was high.
The Boston Naming Test and the Trail Making Test were done.
Use the Yale-Brown scale and the Edinburgh Postnatal Depression Scale.
Chest X-ray: Kerley B lines present.
Discussed Advance Care Planning with Palliative Care.
Monitor for Cheyne-Stokes breathing and Biot respirations.
Rule out Zollinger-Ellison and Mallory-Weiss.
The Dix-Hallpike was positive on the left.
Positive Lhermitte, negative Hoffmann.
Von Willebrand disease and Bernard-Soulier were excluded.
Sister Mary Joseph nodule was palpated.
Prognosis per Ranson and Glasgow-Blatchford.
St. John's wort interacts with SSRIs.
Consult: Interventional Radiology, Infectious Disease.
A survivor of Hurricane Katrina with PTSD.
Tdap, MMR, Varicella and Hepatitis B vaccines are up to date.
`.trim().split('\n');
