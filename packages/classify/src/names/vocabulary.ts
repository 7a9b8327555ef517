/*
 * Words of names of columns and tables, and the plain words that stand for them: abbreviations, plural forms, and German, Spanish and French. A word may stand for several.
 * Everything is folded: lower case, without accents. From the usage of hospital systems, registries, personnel and survey software; nobody's list.
 */
const synonyms = `
first = fname fst frst forename given givenname vorname vornamen nombre nombres prenom prenoms firstnames rufname voornaam nome
last = lname lst
first name = firstname
last name = lastname
phone number = phonenumber telephonenumber telnumber
surname = surnames nachname familienname zuname apellido apellidos apellido1 apellido2 nom patronyme achternaam cognome familyname
middle = mname mid mi middlename
maiden = geburtsname soltera jeunefille birthname
full name = fullname fullnames vollname nombrecompleto nomcomplet displayname namefull
name = names nm nme naam namen
nickname = nick spitzname apodo surnom alias aliases aka preferredname
initials = initialen iniciales initiales init
prefix = prefixes anrede titulo titel salutation
user name = username usernames usr login loginname benutzer benutzername usuario utilisateur screenname userid handle
patient = patients pat pt ptnt pte paciente pacientes patienten patientin
person = persons people personne persona personas individual individuals
subject = subjects subj subjid proband probanden sujet sujeto
participant = participants participante teilnehmer
respondent = respondents informant
member = members mbr mitglied miembro membre
client = clients cliente clientes kunde kunden customer customers cust
employee = employees emp empl employe employes empleado empleados mitarbeiter worker workers personal
mother = mom mum mothers madre mutter mere maternal
father = dad fathers padre vater pere paternal
parent = parents eltern padres tutor
guardian = guardians caregiver caretaker vormund
spouse = husband wife partner spouses ehepartner conjuge conjoint
relative = sib sibs relatives kin nok relation sibling brother sister child children kid baby infant newborn twin son daughter
contact = contacts kontakt contacto
emergency = emerg notfall emergencia urgence
birth = born geb geburt geburts nacimiento naissance natal
birth date = dob dateofbirth birthdate birthdt bdate bday birthday birthdatetime geburtsdatum gebdat gebdatum fechanacimiento fechanac fecnac datenaissance naissancedate dtnasc doby
patient id = pid ptid patid usubjid
subject id = subid
birth year = yob
house = haus maison
address number = hausnr
birth city = geburtsort birthplace pob lugarnacimiento lieunaissance
death date = dod dateofdeath deathdate deathdt todesdatum sterbedatum fechadefuncion fechamuerte datedeces
death = deceased died deces muerte defuncion tod expired
date = dates dt dte dat datum fecha fec fch jour day
time = times tm uhrzeit hora heure timestamp datetime dttm dtm ts tstamp
year = years yr yyyy jahr ano annee an
month = months mon monat mes mois mm
age = ages alter edad edades agey ageyears agemonths yrsold
address = addresses addr addrs adr adress adresse adressen direccion domicilio anschrift addr1 addr2 address1 address2 residence residencia wohnort mailing addressline line1 line2
street = streets str strt strasse strassenname calle rue avenue ave road rd hausnummer housenumber houseno streetname straat via
apartment = apt aptno unitno suite wohnung piso
city = cities town towns ort stadt ciudad ville municipality municipio gemeinde commune localidad poblacion suburb village township neighborhood neighbourhood barrio colonia
county = counties cnty landkreis kreis condado comte parish borough
district = districts census precinct bezirk distrito ward tract censustract blockgroup censusblock msa cbsa fips geoid
zip = zipcode zipcodes zips zip5 zip9 zip4 plz postcode postcodes postal postalcode postleitzahl cp codigopostal codepostal postnr pincode
state = states province provinz provincia bundesland estado departement region regions
country = countries land pais pays nation cntry
latitude = lat lats latitud breitengrad
longitude = lon lng long lons longitud langengrad
coordinates = coord coords geo gps geom geometry geolocation geopoint latlon latlng latlong location geohash
phone = beeper telecom phones phn telephone telephones tel telf telefon telefono telefonos telefonnummer fono fon mobile mobil movil handy cell cellphone cellular celular portable rufnummer msisdn pager landline whatsapp phoneno homephone workphone
fax = faxes telefax faxno
email = emails mail mails emailaddress correo correoelectronico courriel mailaddress eml
ssn = ssns ss ssno socialsecurity socsec socsecno sin nino sozialversicherungsnummer svnr svnummer ahv nss curp cpf dni nie nif rut cedula insee nir bsn personnummer aadhaar pesel nationalid taxid tin itin tckn steuernummer steuerid idnr ssnlast4 ssn4 tckimlik
mrn = mrns medrec medrecno medicalrecord medicalrecordnumber chartno chart mrno hospno hospitalno patno patientnumber patnr fallnummer fallnr historiaclinica nhc aktenzeichen hcn hrn urn upi mpi empi eid
medicare = mbi hicn hic medicaid medicareno
insurance = insur ins versicherung krankenkasse seguro assurance aseguradora mutuelle
policy = policyno polizza poliza police versichertennummer versnr
beneficiary = benef bene bid desynpuf
subscriber = subscribers insured policyholder guarantor guar
account = accounts acct accts acc acctno konto kontonummer cuenta compte visitacct har
card = cards creditcard cc ccnum pan cardno cardnumber karte tarjeta carte
iban = bic swift bankleitzahl blz routing aba clabe
licence = license licenses licences lic licno licenseno driverslicense drivers dl dlno fuhrerschein licencia permis permit
passport = passports passportno reisepass pasaporte passeport pass
certificate = certificates cert certno zertifikat
npi = npis npino
dea = deano
plate = plates licenseplate numberplate kennzeichen matricula placa registrationplate
vin = vins fahrgestellnummer
vehicle = vehicles car auto fahrzeug vehiculo
serial = serialno serialnumber sn seriennummer serie udi imei imsi iccid meid mac macaddress advertisingid idfa gaid udid deviceid
device = devices implant pacemaker handset gerat dispositivo
url = referrer referer urls website web homepage webpage link links uri href webseite sitio site_url linkedin facebook twitter instagram
ip = ips ipaddr ipaddress ipv4 ipv6 clientip remoteaddr
fingerprint = fingerprints biometric biometrics voiceprint retina iris faceprint dna genome genotype faceid
photo = photos picture pictures image images img pic portrait avatar foto selfie headshot mugshot
signature = signatures unterschrift firma
password = passwords passwd pwd pw pass_hash passwort contrasena motdepasse passhash passphrase
secret = secrets apikey accesstoken refreshtoken token tokens jwt credential credentials privatekey salt otp pin csrf
key = keys
id = ids ident identifier identifiers identificador identifiant kennung guid uuid rowid oid
number = numbers no num nr nbr nummer numero nos
code = codes cd cde kode codigo
amount = amt charge charges betrag monto montant
percent = pct
place = lieu lugar luogo
note = bio biography notes comment comments remark remarks memo narrative narratives freetext bemerkung bemerkungen kommentar notiz nota notas observacion observaciones comentario comentarios remarque remarques commentaire anmerkung
text = texts txt texto texte body content contents message messages msg nachricht mensaje transcript answer answers response responses reply feedback essay
description = descriptions descr desc dsc beschreibung descripcion
reason = reasons grund motivo motif chiefcomplaint complaint hpi impression findings assessment summary conclusion
diagnosis = diagnoses diagnostic diag dx dxs diagcode icd icd9 icd10 icd9cm icd10cm icdcode snomed diagnose diagnosen diagnostico
condition = conditions disease diseases disorder illness problem problems comorbidity
procedure = procedures proc cpt hcpcs drg opcs surgery operation operations
medication = medications meds med drug drugs ndc rxnorm rx prescription prescriptions medikament medicamento medicament dose dosage vaccine vaccines immunization
lab = labs loinc test tests specimen assay analyte biomarker labor laborwert
result = results resultvalue finding outcome outcomes befund
allergy = allergies allergen allergens
hiv = aids std sti psychiatric mental substance alcohol smoking smoker tobacco drugabuse suicide pregnancy pregnant abortion sexual orientation
gender = sex sexe sexo geschlecht
race = races rasse raza
ethnicity = ethnic ethnie hispanic etnia tribe
marital = maritalstatus civilstatus familienstand estadocivil married
religion = religions faith konfession religious
language = languages lang sprache idioma langue
occupation = occupations job jobtitle profession beruf ocupacion position jobcode
education = educ schooling bildung degree grade
income = salary wage wages gehalt einkommen salario salaire pay compensation household_income poverty
nationality = citizenship staatsangehorigkeit nacionalidad nationalite immigration visa veteran military
height = bmi weight taille poids gewicht groesse peso estatura talla
employer = employers arbeitgeber empleador employeur company companies firm workplace
school = schools schule escuela ecole college university
provider = providers prov physician physicians doctor doctors dr practitioner practitioners clinician clinicians nurse nurses surgeon therapist prescriber attending referring pcp arzt medico medecin radiologist pathologist anesthetist dentist pharmacist consultant technician operator performer interviewer interviewers rater examiner assessor coordinator investigator
organization = organizations organisation organisations org orgs
facility = facilities hospital hospitals hosp clinic clinics site sites center centre klinik krankenhaus hopital practice practices pharmacy pharmacies laboratory
department = departments dept abteilung departamento unit units
payer = payers payor payors insurer insurers
vendor = vendors supplier suppliers manufacturer manufacturers
encounter = encounters enc visit visits visitid csn admission admissions adm stay stays hadm hadmid icustay episode episodes claim claims clm appointment appointments appt case cases orders accession accessionno session sessions transaction transactions
service = services svc srv
service date = dos
date = lmp edd
holder = holders
cardholder = karteninhaber
home = hm hme
tax = taxes steuer fiscal rfc nit vat
study = studies project projects cohort registry redcap
record = records rec recordid entry
barcode = barcodes qrcode sample_id
family = families household households hh hhid famid familyid pedigree
admit = admitted admittime admitdate aufnahme ingreso discharge discharged dischtime entlassung alta
start = begin from beginn inicio debut onset
end = stop stopped thru until ende fin
created = inserted entered createdat creation
updated = modified lastupdated updatedat changed
type = types typ tipo kind
flag = flags indicator ind yn bool boolean
status = statuses stat
count = counts cnt total totals qty quantity anzahl
`;

const words = new Map<string, readonly string[]>();
for (const line of synonyms.trim().split('\n')) {
  const [plain, others] = line.split(' = ') as [string, string];
  const parts = plain.split(' ');
  for (const part of parts) if (!words.has(part)) words.set(part, [part]);
  for (const other of others.split(' ')) words.set(other, parts);
}

/** Words that stand for themselves: they part joined names and change what a name means. */
const others = `of de der la du des the and or to by in on at for is has was my new old prev previous current primary secondary home work office main alt alternate other legal preferred sub raw tbl table dim fact stg vw
view list details detail info information data directory master lookup ref profile profiles history log logs audit archive category class group level score rate ratio cost price balance unit version order rank
valid verified consent optin preference format length size source method system display title label local dx1 dx2 dx3 display preferred best active result units low high min max avg mean sum event events item items product
products file files column field variable question questions form survey instrument measure role module page brand generic course plan plans network tier expiry expiration expires issue issued billing shipping delivery
hire hired termination recruit enrollment enrolled consent interview questionnaire scan performed collected service admit seen registered registration visit follow last first seen login reg marriage divorce effective initial po box api access voice audio recording bank nhs holder social security national identity insurance order sort value chart health carrier ph week weekday quarter next tax
ward room bed place origin citizenship zone tz timezone currency weeks days hours minutes duration interval gestational gestation menarche diagnosis`;
for (const word of others.split(/\s+/)) if (!words.has(word)) words.set(word, [word]);

/** The plain words that a word stands for; undefined when it is unknown. */
export function plainWords(word: string): readonly string[] | undefined {
  return words.get(word);
}

/** Every word that is known, for those who look for one that is like another. */
export function knownWords(): Iterable<string> {
  return words.keys();
}
