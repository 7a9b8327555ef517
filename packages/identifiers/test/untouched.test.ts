import {describe, expect, it} from 'vitest';
import {faults} from './marked.ts';

const cases: Readonly<Record<string, readonly string[]>> = {
  'doses and orders': [
    'counted one two three four five six seven eight nine', 'Metformin 500 mg BID, lisinopril 10 mg daily', 'heparin 5000 units SC q8h', 'penicillin G 1200000 units IM', 'vitamin D 50000 IU weekly', 'give 1/2 tablet twice a day', 'levothyroxine 112 mcg, 3/4 tab on Sundays', 'dispense #30, refills 2', 'Disp #1000 tablets', 'D5 1/2 NS at 125 mL/h', 'insulin 12-10-14 units', 'enoxaparin 1 mg/kg',
    'Order: 2000 mL bolus over 2 hours', 'may 5 mg be given', 'You may take 1 to 2 tablets', 'q 4-6 h prn', 'Epi 1:1000', 'lidocaine 1:100000', '0.25 mg/kg/h', '2 tabs po tid x 10 days', 'Take 2 pills 3 times a day for 7 days',
  ],
  'readings and laboratory values': [
    'BP 120/80, HR 72, RR 16, T 98.6 F, SpO2 98%', 'BP 138/92 mmHg', 'temp 99F overnight', 'WBC 12500, Hgb 13.2, Plt 250000', 'platelets 150,000', 'Na 140 K 4.1 Cl 102', 'viral load 1234567 copies/mL', 'CD4 350-500', 'ferritin 200-1000 ng/mL', 'reference range 150-4000', 'normal 135-145', 'glucose 110, 126, and 140', 'HbA1c 7.2 %', 'EF 55-60%', 'weights 120 130 140 lb', 'peak flow 350 400 380',
    'O2 sat is 92 on room air', 'HR was 110', 'pulse 98 and regular', 'pH 7.35, 45, 90', 'INR 2.5 (goal 2-3)', 'creatinine 1.1 to 1.3', 'PSA 4.5', 'titer 1:640', 'ejection fraction 60', 'BMI 32.5', 'GFR >90', 'TSH 2.13', 'troponin <0.01', 'FEV1/FVC 0.65', 'scan at 5 x 3 x 2 cm', 'MCV 92.4', 'A1c 92 mmol/mol', 'he is 110 kg', 'She was 95 percent on air',
  ],
  'scores, ratios and fractions': [
    'pain 5/10', 'pain rated 3/10 today', 'strength 5/5 throughout', '4/5 strength in the left arm', 'vision 20/20', '20/40 OD', '2/6 systolic murmur', 'GCS 15/15', 'Apgar 8/9', 'MMSE 12/30', 'PHQ-9 15/27', 'available 24/7', 'a 50/50 chance', '1/2 cup', 'a 3/8" screw', '3/4 of the plate', 'reflexes 2+/4', 'Gleason 3+4=7', 'ASA 3', 'NYHA II-III', '2/2 diabetes', 'Tanner 4/5', 'ABI 0.9', 'score of 12/15', '5/5', 'TNM T2N0M0', 'orientation 3/3', 'Snellen 6/9 and 6/12', 'Visual acuity 6/18 right and 6/24 left', 'EPDS 11/30', 'Caduet 10/20 nightly', 'PIP 22/6', '2/14 lymph nodes positive', 'C3/4/5 levels', 'Dose 10/20/30mg', '0/10', 'He was 10/10 satisfied',
  ],
  'codes that many share': [
    'ICD-10 E11.9', 'ICD-10-CM code S72.001A', 'CPT 99213', 'CPT code 99213-25', 'HCPCS J1234', 'LOINC 2345-7', 'SNOMED CT 44054006', 'SNOMED: 73211009', 'NDC 0002-1433-80', 'NDC: 50242-040-62', 'RxNorm 860975', 'RxCUI 1049502', '10.1056/example2007764', 'DRG 470', 'PMID: 12345678', 'NCT01234567', 'rs429358', 'CYP2D6 and BRCA1', 'HLA-B27', 'COVID-19', 'SARS-CoV-2', 'H1N1', 'CA19-9', 'B12', 'MK-3475', 'PHQ-9 and GAD-7', 'SF-36', 'CHA2DS2-VASc 3', 'version 1.2.3', 'v10.0.0.1', 'ISO 13485', 'section 4.2.1', 'L4-L5', 'C5-C6', 'T1-weighted',
    'doi 10.1000/182', 'OMIM 143100', 'MeSH D003920', 'ATC A10BA02', 'SEP-1 bundle', '45 CFR 164.514', 'ISBN 978-3-16-148410-0',
  ],
  'durations, ages up to 89 and years': [
    '3 days ago', 'for 2-3 weeks', '10 years', 'a 45-year-old man', '89-year-old woman', '72 yo M', '65F with cough', 'age 54', 'aged 88', '38 weeks pregnant', '32w4d', 'gestational age 28 3/7 weeks', '37 2/7 weeks', 'in 2019', 'since 2015', 'diagnosed 2012', '2015-2019', 'from 2010 to 2014', 'the 1990s', 'POD 3', 'post-op day #2', 'over 90 days', '92 days', '100 months', 'in her forties', 'a 6-month-old', 'day 5 of 7', 'cycle 3', '90 or older', 'age 90+', '>90 years', '2 hours', 'q 6 months', 'third trimester',
  ],
  'ordinary sentences': [
    'The patient may march on; he is well.', 'Monitor ID consult recommendations', 'ID: no acute issues', 'Will discuss at case conference', 'follow up in clinic', 'Group B strep positive', 'Plan: start 40 mg furosemide', 'chart reviewed', 'No record of prior surgery', 'The policy is to wait 30 minutes', 'Fall precautions in place', 'spring allergies', 'last winter', 'Christmas disease (factor IX deficiency)', 'on the 5th digit', 'second toe of the right foot', 'call if fever', 'text neck', 'reach overhead', 'device check normal', 'lot of pain', 'pain.no fever', 'e.g. aspirin', 'i.e. rest', 'b.i.d. dosing', 'wound.care nurse',
    'every Monday', 'on Mondays', 'Monday to Friday', 'Monday through Saturday', '3 years ago. 2019 was better', 'Dec 2 mm in size', 'cranial nerves II-XII', 'type II 2 times', 'MAR 3 doses charted', 'the advent of', 'in may, if at all', 'in case of fever', 'patient states 2 falls', 'pt has 3 children', 'account of the events', 'social: lives alone with 2 cats', 'lab: 5 tubes', 'the number of visits is 12', 'Room 412', 'step 3', '@ 3L', 'pt @bedside', 'no 120/80', 'MAR reviewed', 'dec in size', 'sat upright', 'wed in church', 'sun exposure', 'The OR 1 team', 'IN 5 minutes', 'OK 100 mg', 'I-131', 'type 2', 'grade 3', 'Stage IIIB', 'level 5 visit', 'visit 3', 'phase 2', 'x3', 'A&Ox3', 'x 3 days',
  ],
};

describe('what is no identifier', () => {
  for (const [title, texts] of Object.entries(cases)) {
    it(`leaves ${title} alone`, () => {
      expect(texts.flatMap(text => faults(text))).toEqual([]);
    });
  }
});
