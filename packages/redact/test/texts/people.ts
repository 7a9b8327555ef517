/** Made-up texts about people whose names are words, rare, or written in a hurry. What has to go stands between « and ». */
export const people = `
«Adeyinka», a 51F, slipped on ice.
ED note: «Tuilagi», 29M, cut hand on glass.
Her sister-in-law «Primrose» drove her here.
Foreman «Big Lou Castellano» called it in.
Failed login of user «tkowalcz» at night.
A biker nicknamed «Stitch» signed as witness.
He likes to be called «Sunny» by staff.
«Bo» rang: dressing came off.
«Precious» was late for her shot.
«Frank» has a metastatic tumour; goals of care meeting tomorrow.
«Long» is refusing labs.
Can I give toradol to «Will» or not?
Tell «April» that her biopsy was benign.
«June Marsh» says her hip hurts.
«Pearl» up in chair for breakfast.
«Hazel» combative during care.
«Kwame», «Efua», and «Yaw» are all healthy.
The «Nakagawa» lab reported the variant.
«Dlamini»'s viral load is undetectable.
Discussed with «Drs. Feng» and «Kowalski».
«Lt. Col. Marcus Ridgeway (ret.)» presents with hearing loss.
Pathologist: «Vikram Iyengar, M.D., Ph.D.»
«Rivers, Hope» 24F with a rash
«PETROV, IVAN A» admitted with chest pain
«DE LA FUENTE, ROSARIO» NPO FOR EGD
«MS. KATZENBERG» IS A WOMAN WITH DEMENTIA
«A.M.», a 9-year-old boy, was referred for evaluation.
«giorgos» keeps asking for zolpidem
«femi adu» w/ chest pressure, send home?
«Tau'akipulu» weighs a lot.
Can you cover my shift? - «Mags»
Hey «Coop», can you call me?
Should «Leopold» restart his apixaban?
She's a teller at «Pinnacle Federal Credit Union».
Her caregiver, «Blessing», gives her meds.
Room 4: «Alvarado». Room 5: «Finch».
«Maria» denied fever and chills.
«Tuan» had no fever.
«June» is having surgery.
«Otto von Habsburg» has AF.
@«Lucía Paredes» can you take a look?
`.trim().split('\n');

/** Sentences that begin with, or contain, words that are names elsewhere: nothing of them may go. */
export const noPeople = `
Baby was vigorous at birth with good tone.
The river rose after heavy rain and the price rose after lunch.
The user guide and the user experience team helped.
Big toe swollen, little finger taped, old records not found.
Hope this helps!
Grant funding ended last year.
Will need a repeat BMP on discharge.
Bill the visit as a level 4.
Frank blood in the stool.
Iris and pupil normal bilaterally.
Port accessed with Huber needle, flushed easily.
Skin is warm and dry. Heart is regular.
Case discussed at length; questions answered.
Foley to gravity, amber urine.
Hinchey II diverticulitis on CT.
Don't stop it suddenly; I'm sure it's fine.
Bence Jones protein was not detected.
Marked tenderness at McBurney's point.
Is Rinvoq safe in pregnancy?
Let Radiology know about the dye allergy.
However, Coumadin needs monitoring.
Start Mounjaro and stop Glucotrol.
`.trim().split('\n');
