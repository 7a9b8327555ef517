/** What may leave the demo's study: a decision about every table and column, each with its reason where it is not plain. */
export const demoPolicy = `\
# What collaborators get of the twin study, and what they do not.
#
# Whatever is not decided here stops the run before a row is read: a new table or a new column cannot slip out.
# Methods: keep, drop (the column is gone), blank (the column stays, empty), year, zip3, bucket, redactText, surrogate, ...
version: 1

# Without the identifiers of 45 CFR 164.514(b)(2): what would make this untrue is refused.
profile: safe-harbor
asOf: 2026-06-30

# Keys and other promises of the tables that changed values cannot keep are left out and listed.
constraints: relax

# Families get random numbers instead of their own, the same ones in every table and in every later release.
domains:
  family: {form: integer}

# Whose rows these are: what is known of a family is looked for in everything that was written about it.
subjects:
  "gen_*": {key: [familyid]}
  "data_*": {key: [familyid]}
  "calc_*": {key: [familyid]}
  "user_*": {key: [familyid]}
  "arch_*": {key: [familyid]}

# How alike families still are is measured and told; nobody has set limits yet.
risk:
  quasi:
    gen_family: [state, zip, cohort]
    gen_twins: [gender, zygosity]

attestation: {actualKnowledge: none, by: study office, on: 2026-06-30}
reviewBy: 2027-06-30

tables:

  # Wherever such a column is.
  "*":
    columns:
      familyid: {method: surrogate, domain: family, class: R, reason: joins all tables; the vault of who is who stays in the study}
      id: {method: keep, class: key.surrogate, reason: "numbers of rows, given by the database"}
      twin: {method: keep, class: none, reason: first or second born}
      "*age": {method: keep, class: age, reason: capped at 90 when they were computed}

  # Left out whole: not even read.
  gen_social_security: {exclude: true, reason: social security numbers, decidedBy: privacy officer}
  gen_staff: {exclude: true, reason: "names and numbers of staff, of no use to collaborators"}
  "user_jlb*": {exclude: true, reason: private remarks of one researcher}
  "trash*": {exclude: true, reason: leftovers that nobody has looked through}

  # Who takes part.
  gen_family:
    columns:
      studycode: {method: drop, class: R, reason: printed on envelopes}
      familylabel: {method: drop, class: A, reason: names}
      mother*name: {method: drop, class: A, reason: names}
      father*name: {method: drop, class: A, reason: names}
      address: {method: drop, class: geo.street, reason: addresses}
      oldaddress: {method: drop, class: geo.street, reason: addresses}
      city: {method: drop, class: geo.city, reason: small places}
      state: {method: keep, class: quasi, reason: a state may stay}
      zip: {method: zip3, class: geo.zip, reason: area large enough to hide in}
      phonenumber: {method: drop, class: phone, reason: telephone numbers}
      email: {method: drop, class: email, reason: e-mail addresses}
      comment: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}
      otherproject: {method: drop, class: freeText, reason: named after people}
      initletter: year
      initresponse: keep
      status: keep
      cohort: {method: keep, class: quasi, reason: year of recruitment}
  gen_twins:
    columns:
      firstname: {method: drop, class: name.given, reason: names}
      lastname: {method: drop, class: name.family, reason: names}
      dateofbirth: {method: blank, class: date.birth, reason: ages at each phase are given instead; queries of collaborators name the column}
      gender: {method: keep, class: quasi, reason: half of all people}
      zygosity: {method: keep, class: quasi, reason: what the study is about}
      birthweight: keep
      participating: keep
  gen_parentdates:
    columns:
      motherdob: {method: blank, class: date.birth, reason: ages at each phase are given instead; queries of collaborators name the column}
      fatherdob: {method: blank, class: date.birth, reason: ages at each phase are given instead; queries of collaborators name the column}
      dateofbirth: {method: blank, class: date.birth, reason: ages at each phase are given instead; queries of collaborators name the column}
  gen_siblings:
    columns:
      sibling: keep
      firstname: {method: drop, class: name.given, reason: names}
      lastname: {method: drop, class: name.family, reason: names}
      dateofbirth: {method: yearFloor90, class: date.birth, reason: "the order of children matters, the day does not"}
      dateofdeath: {method: drop, class: date.death, reason: rare enough to point at one person}
      gender: {method: keep, class: quasi, reason: half of all people}
      relation: keep
      comments: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}
  gen_de_state:
    columns:
      dob_m: {method: blank, class: date.birth, reason: ages at each phase are given instead; queries of collaborators name the column}
      dob_f: {method: blank, class: date.birth, reason: ages at each phase are given instead; queries of collaborators name the column}
      education_m: keep
      education_f: keep
      prenatal_visits: keep
      gestation: keep
      county: {method: drop, class: geo.county, reason: small places}
      c_section: keep
  gen_household:
    columns:
      person: keep
      name: {method: drop, class: name.full, reason: names}
      relation: keep
      yearofbirth: {method: yearFloor90, class: date.birth, reason: years may stay}
      occupation: {method: suppressRare, below: 5, class: quasi, reason: rare ones point at one person}
      livesinhome: keep
      phone: {method: drop, class: phone, reason: telephone numbers}

  # When families were contacted: the year is enough, ages are computed from the days beforehand.
  data_1_tr:
    columns: {intdate: year, interviewer: {method: drop, class: provider, reason: points at staff}, status: keep}
  data_3_tr:
    columns: {packsent: year, packback: year, reminders: keep}
  data_4_tr:
    columns:
      packsent: year
      packback: year
      visitdate: year
      site: {method: drop, class: geo.city, reason: the town of a visit}
      payment: keep
      contactname: {method: drop, class: name.full, reason: names}
      contactphone: {method: drop, class: phone, reason: telephone numbers}
      call notes: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}
  data_5_tr:
    columns: {p5packetsent: year, p5packetback: year, p5status: keep}
  data_r1_tr:
    columns: {twadps: year, consent: keep, scanned: keep, payment: keep}
  data_s_tr:
    columns:
      date complete: year
      number of calls: keep
      outcome: keep
      caller: {method: drop, class: provider, reason: points at staff}
  data_at_dates:
    columns: {atdate: year, site: {method: drop, class: geo.city, reason: the town of a visit}}

  # What families answered.
  data_1_tb_99_f:
    columns: {datecompleted: year, "tb*": keep, other: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}}
  data_s_hb_pb_m:
    columns: {datecompleted: year, version: keep, "pb*": keep}
  "data_?_au_t":
    columns: {datecompleted: year, version: keep, "au*": keep}
  data_rd_au_t:
    columns: {datecompleted: year, version: keep, "au*": keep}
  data_4_hb_ph_sib_m:
    columns:
      sibling: keep
      siblingname: {method: drop, class: name.full, reason: names}
      datecompleted: year
      "ph*": keep
      medication: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}
      hospital: {method: drop, class: geo.facility, reason: small places}
  data_4_in_m:
    columns:
      started: year
      minutes: keep
      interviewer: {method: drop, class: provider, reason: points at staff}
      strengths: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}
      worries: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}
      transcript: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}
      warmth: keep
      stress: keep
      coderagreement: keep
  data_4_ho_i:
    columns: {observer: keep, observed: year, "ho*": keep, notes: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}}

  # What was computed and measured.
  calc_3_cb_f:
    columns:
      activity: keep
      anger: keep
      approach: keep
      attention: keep
      discomfort: keep
      fear: keep
      inhibition: keep
      pleasure: keep
      perception: keep
      sadness: keep
      shyness: keep
      smiling: keep
      itemsmissing: keep
      weight: keep
  calc_4_br:
    columns: {birthlength: keep, headsize: keep, "apgar?": keep, risk: keep, rated: keep}
  data_4_cw_t:
    columns: {trial: keep, condition: keep, correct: keep, milliseconds: keep}
  user_4_cort_dhea_t:
    columns:
      day: keep
      sample: keep
      taken: {method: year, reason: the order is in the columns day and sample}
      cortisol: keep
      dhea: keep
      variation: keep
      batch: keep
  data_at_ph:
    columns: {recorded: year, heartrate: keep, skinconductance: keep, artifacts: keep}
  data_palmprints:
    columns:
      hand: keep
      ridgecount: keep
      quality: keep
      image: {method: drop, class: biometric, reason: a print is its owner}
      filename: {method: drop, class: name.full, reason: names}

  # Tables that people made for themselves.
  user_geo participation dates:
    columns:
      first contact: year
      last contact: year
      phases completed: keep
      mailing address: {method: drop, class: geo.street, reason: addresses}
  user_cla_extended milw zips:
    columns:
      zip: {method: zip3, class: geo.zip, reason: area large enough to hide in}
      zip4: {method: drop, class: geo.zip, reason: a few houses}
      lat: {method: drop, class: geo.coordinates, reason: a few houses}
      lon: {method: drop, class: geo.coordinates, reason: a few houses}
      distance: {method: bucket, width: 25, class: quasi, reason: rings around the laboratory}
  user_sd_sd with dropped tb item:
    columns: {"sd *": keep, group: keep}
  arch_interview 3 response tracker:
    columns:
      respondent: {method: drop, class: name.full, reason: names}
      returned: year
      complete: keep
      comments: {method: redactText, class: freeText, reason: "names, places and numbers are taken out"}

views:
  user_ph4 scores: keep
  user_contact list: exclude
`;
