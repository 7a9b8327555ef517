/** What may leave the demo's study: a decision about every table and column, each with its reason where it is not plain. */
export const demoPolicy = `\
# What collaborators get of the twin study, and what they do not.
#
# Whatever is not decided here stops the run before a row is read: a new table or a new column cannot slip out.
# Methods: keep, drop (the column is gone), blank (the column stays, empty), year, month, zip3, bucket, ...
version: 1

# Without the direct identifiers of 45 CFR 164.514(e): no names, addresses, numbers to call, prints; months, years and areas are allowed.
profile: limited-data-set

tables:

  # Left out whole: not even read.
  gen_social_security: {exclude: true, reason: social security numbers, decidedBy: privacy officer}
  gen_staff: {exclude: true, reason: "names and numbers of staff, of no use to collaborators"}
  "user_jlb*": {exclude: true, reason: private remarks of one researcher}
  "trash*": {exclude: true, reason: leftovers that nobody has looked through}

  # Who takes part.
  gen_family:
    columns:
      familyid: {method: keep, reason: joins all tables; the list of who is who stays in the study}
      studycode: {method: drop, reason: printed on envelopes}
      familylabel: {method: drop, reason: names}
      mother*name: {method: drop, reason: names}
      father*name: {method: drop, reason: names}
      address: {method: drop, reason: addresses}
      oldaddress: {method: drop, reason: addresses}
      city: {method: drop, reason: small places}
      state: keep
      zip: {method: zip3, reason: area large enough to hide in}
      phonenumber: {method: drop, reason: telephone numbers}
      email: {method: drop, reason: e-mail addresses}
      comment: {method: drop, reason: free text with names in it}
      otherproject: {method: drop, reason: free text with names in it}
      initletter: year
      initresponse: keep
      status: keep
      cohort: keep
  gen_twins:
    columns:
      familyid: keep
      twin: keep
      firstname: {method: drop, reason: names}
      lastname: {method: drop, reason: names}
      dateofbirth: {method: blank, reason: ages at each phase are given instead; queries of collaborators name the column}
      gender: keep
      zygosity: keep
      birthweight: keep
      participating: keep
  gen_parentdates:
    columns:
      familyid: keep
      motherdob: {method: blank, reason: ages at each phase are given instead; queries of collaborators name the column}
      fatherdob: {method: blank, reason: ages at each phase are given instead; queries of collaborators name the column}
      dateofbirth: {method: blank, reason: ages at each phase are given instead; queries of collaborators name the column}
  gen_siblings:
    columns:
      id: keep
      familyid: keep
      sibling: keep
      firstname: {method: drop, reason: names}
      lastname: {method: drop, reason: names}
      dateofbirth: {method: year, reason: "the order of children matters, the day does not"}
      dateofdeath: {method: drop, reason: rare enough to point at one person}
      gender: keep
      relation: keep
      comments: {method: drop, reason: free text with names in it}
  gen_de_state:
    columns:
      familyid: keep
      dob_m: {method: blank, reason: ages at each phase are given instead; queries of collaborators name the column}
      dob_f: {method: blank, reason: ages at each phase are given instead; queries of collaborators name the column}
      education_m: keep
      education_f: keep
      prenatal_visits: keep
      gestation: keep
      county: {method: drop, reason: small places}
      c_section: keep
  gen_household:
    columns:
      familyid: keep
      person: keep
      name: {method: drop, reason: names}
      relation: keep
      yearofbirth: {method: bucket, width: 5, reason: five years together}
      occupation: {method: drop, reason: rare enough to point at one person}
      livesinhome: keep
      phone: {method: drop, reason: telephone numbers}

  # When families were contacted: months are enough, ages are computed from the days beforehand.
  data_1_tr:
    columns: {id: keep, familyid: keep, intdate: month, interviewer: {method: drop, reason: points at staff}, status: keep, "*age": keep}
  data_3_tr:
    columns: {id: keep, familyid: keep, packsent: month, packback: month, reminders: keep, "*age": keep}
  data_4_tr:
    columns:
      id: keep
      familyid: keep
      packsent: month
      packback: month
      visitdate: month
      site: keep
      payment: keep
      contactname: {method: drop, reason: names}
      contactphone: {method: drop, reason: telephone numbers}
      call notes: {method: drop, reason: free text with names in it}
      "*age": keep
  data_5_tr:
    columns: {id: keep, familyid: keep, p5packetsent: month, p5packetback: month, p5status: keep, "*age": keep}
  data_r1_tr:
    columns: {id: keep, familyid: keep, twadps: month, consent: keep, scanned: keep, payment: keep, "*age": keep}
  data_s_tr:
    columns:
      id: keep
      familyid: keep
      date complete: month
      number of calls: keep
      outcome: keep
      caller: {method: drop, reason: points at staff}
      "*age": keep
  data_at_dates:
    columns: {familyid: keep, atdate: month, site: keep}

  # What families answered.
  data_1_tb_99_f:
    columns: {familyid: keep, twin: keep, datecompleted: month, "tb*": keep, other: {method: drop, reason: free text with names in it}, "*age": keep}
  data_s_hb_pb_m:
    columns: {familyid: keep, twin: keep, datecompleted: month, version: keep, "pb*": keep, "*age": keep}
  "data_?_au_t":
    columns: {familyid: keep, twin: keep, datecompleted: month, version: keep, "au*": keep, "*age": keep}
  data_rd_au_t:
    columns: {familyid: keep, twin: keep, datecompleted: month, version: keep, "au*": keep, "*age": keep}
  data_4_hb_ph_sib_m:
    columns:
      familyid: keep
      sibling: keep
      siblingname: {method: drop, reason: names}
      datecompleted: month
      "ph*": keep
      medication: {method: drop, reason: free text with names in it}
      hospital: {method: drop, reason: small places}
      "*age": keep
  data_4_in_m:
    columns:
      familyid: keep
      started: month
      minutes: keep
      interviewer: {method: drop, reason: points at staff}
      strengths: {method: drop, reason: free text with names in it}
      worries: {method: drop, reason: free text with names in it}
      transcript: {method: drop, reason: free text with names in it}
      warmth: keep
      stress: keep
      coderagreement: keep
      "*age": keep
  data_4_ho_i:
    columns: {familyid: keep, observer: keep, observed: month, "ho*": keep, notes: {method: drop, reason: free text with names in it}, "*age": keep}

  # What was computed and measured.
  calc_3_cb_f:
    columns:
      familyid: keep
      twin: keep
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
      "*age": keep
  calc_4_br:
    columns: {familyid: keep, twin: keep, birthlength: keep, headsize: keep, "apgar?": keep, risk: keep, rated: keep, "*age": keep}
  data_4_cw_t:
    columns: {familyid: keep, twin: keep, trial: keep, condition: keep, correct: keep, milliseconds: keep, "*age": keep}
  user_4_cort_dhea_t:
    columns:
      familyid: keep
      twin: keep
      day: keep
      sample: keep
      taken: {method: month, reason: the day is in the columns day and sample}
      cortisol: keep
      dhea: keep
      variation: keep
      batch: keep
      "*age": keep
  data_at_ph:
    columns: {familyid: keep, twin: keep, recorded: month, heartrate: keep, skinconductance: keep, artifacts: keep, "*age": keep}
  data_palmprints:
    columns:
      familyid: keep
      twin: keep
      hand: keep
      ridgecount: keep
      quality: keep
      image: {method: drop, reason: a print is its owner}
      filename: {method: drop, reason: names}

  # Tables that people made for themselves.
  user_geo participation dates:
    columns:
      familyid: keep
      first contact: year
      last contact: year
      phases completed: keep
      mailing address: {method: drop, reason: addresses}
  user_cla_extended milw zips:
    columns:
      familyid: keep
      zip: {method: zip3, reason: area large enough to hide in}
      zip4: {method: drop, reason: a few houses}
      lat: {method: drop, reason: a few houses}
      lon: {method: drop, reason: a few houses}
      distance: {method: bucket, width: 25, reason: rings around the laboratory}
  user_sd_sd with dropped tb item:
    columns: {familyid: keep, twin: keep, "sd *": keep, group: keep}
  arch_interview 3 response tracker:
    columns:
      id: keep
      familyid: keep
      respondent: {method: drop, reason: names}
      returned: month
      complete: keep
      comments: {method: drop, reason: free text with names in it}

views:
  user_ph4 scores: keep
  user_contact list: exclude
`;
