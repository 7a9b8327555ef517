/** Where the demo's study keeps its phases, birth dates and keys. */
export const demoStudy = `\
# Where the twin study keeps what ages are computed from. Ages are appended before the policy takes birth dates away.
version: 1

ages:
  unit: months      # or years, decimalYears
  missing: null     # or a code such as 9998; the report says why an age is missing
  capYears: null    # 90 for a release under Safe Harbor

# Data tables and trackers have this column in common.
phaseKey: [familyid]

# Part two of a table's name is its phase (data_4_au_t is of phase 4); here is the day that counts as "now" in each.
phases:
  "1": {table: data_1_tr, column: intdate}
  s: {table: data_s_tr, column: date complete}
  "3": {table: data_3_tr, column: packsent}
  "4": {table: data_4_tr, column: packsent}
  "5": {table: data_5_tr, column: p5packetsent}
  r1: {table: data_r1_tr, column: twadps}
  rd: {table: data_r1_tr, column: twadps}
  at: {table: data_at_dates, column: atdate}

# Whose age: a table gets those whose columns it has.
people:
  father:
    {table: gen_parentdates, birthDate: fatherdob, match: {familyid: familyid}, newColumn: fatherage}
  mother:
    {table: gen_parentdates, birthDate: motherdob, match: {familyid: familyid}, newColumn: motherage}
  twin:
    {table: gen_twins, birthDate: dateofbirth, match: {familyid: familyid, twin: twin}, newColumn: twinage}
  sibling:
    {table: gen_siblings, birthDate: dateofbirth, match: {familyid: familyid, sibling: sibling}, newColumn: siblingage}

# These stand for "no date", as NULL does.
noDate: ["", 9998, 9999]
`;
