/** Made-up texts in which the place that has to go stands between « and »: addresses as people of many countries write them, houses, landmarks. */
export const places = `
Rents at «62 Orchard Terrace, Flat 2, Brackwell», sells used cars.
The owner of «17C Upper Leeson Road, Dublin 6» wrote to the council.
The social worker of «Marlowe Family Services» came on «Tuesday».
Moved to «Osprey Ward» after theatre.
They met above the «Copper Kettle» tavern near the «Tre-y-Felin» estate.
Moored at «Pier 9», repairs done at «Dock 14».
Fell off the platform at the «Whitby» branch of «Sorensen Lumber».
Works for «Tillinghast Paper Mill»; the bill went to «Juniper Roofing».
She flew in from «Port of Spain» and stays at the «Maple Hollow rest home».
Found on «Sadler's Row», carried home by neighbours.
Letter from the tenant of flat 6, «Wendover Court».
Her employer «Greystone Tire & Rubber» sent a form.
She lives at «31 alder brook dr unit 9 ogden utah» and wants a refill.
He is a farmer from «Natchez MS», smokes 1 ppd.
Lives with her son at «ul. Kwiatowa 8/14, 61-881 Poznań».
His flat is «Vodičkova 41, 110 00 Praha 1».
«Rua Conselheiro Furtado, 812, apto 33, Liberdade, São Paulo - SP, 01511-000»
«Via XX Settembre 21/B, 16121 Genova»
«Bağdat Caddesi No: 312 D: 7, 34728 Kadıköy/İstanbul»
«The Old Forge, Mill Lane, Little Wenham, Suffolk CO7 6PU»
He lives at «4/17 Marine Parade, Seatoun, Wellington 6022».
«H.No. 3-6-272/A, Himayatnagar, Hyderabad, Telangana 500029»
«Jl. Kebon Jeruk III No. 27, RT 05/RW 03, Jakarta Barat 11530»
«Lot 14 Blk 7 Sampaguita St., Brgy. San Isidro, Antipolo City 1870»
«Östra Hamngatan 12 B, 411 09 Göteborg»
«Carrera 43A #14-27, El Poblado, Medellín»
«N6845 Hillcrest Ln, Fond du Lac WI 54937»
«Marszałkowska 84/92 m. 17, 00-514 Warszawa»
«Laugavegur 59, 101 Reykjavík»
«Stand 1182, Soshanguve Block H, Pretoria 0152»
«RMB 420, Old Coach Rd, Wagga Wagga NSW 2650»
«B.P. 4512, Cotonou»
«General Delivery, Iqaluit NU X0A 0H0»
«G/F, 25 Tung Street, Sheung Wan, Hong Kong»
«北京市朝阳区建国路88号»
«浙江省杭州市西湖区文三路478号华星时代广场A座1203室»
«〒604-8005 京都府京都市中京区河原町通三条下ル 恵比須町427»
«서울특별시 마포구 월드컵북로 54길 12»
Seen by «Surgical Associates of Chattanooga» yesterday.
She went to the «Lakeland ER» twice.
Was at «St. Alban's» for 3 days with sepsis.
Their wedding was at «Our Lady of Sorrows» in «Utica».
Works at the «Amazon warehouse» in «Shakopee».
he works at the «tyson plant» in «dakota city».
Pickup: «Rite Aid #10482, 401 N Broadway».
Transferred to «Upstate» by air.
Transfer accepted by «Children's of Alabama».
Found wandering on the «Golden Gate Bridge».
Navy veteran, served at «Naval Station Rota».
MVC on «I-95» near «Fredericksburg», restrained driver.
Works at the «Kohl's» in «Menomonie».
Originally from «Port-au-Prince», now in «Little Haiti», «Miami».
He grew up in «Bed-Stuy» and now lives in «Canarsie».
We're in «78704», any clinics near?
`.trim().split('\n');

/** Sentences with words for places, and names of places, that identify nobody. */
export const noPlaces = `
The bar chart and the estate plan were filed.
On the Ward Round the team agreed to stop antibiotics.
Terminal ileum was normal on colonoscopy.
The mill closed and the garage door must stay shut.
Community services are open from Monday to Friday in most towns.
Timber prices rose and steel fell.
Angiogram showed an aneurysm of the circle of Willis.
GCS E4V4M6 on arrival.
Japanese encephalitis vaccine was given before travel to Asia.
Cleveland Clinic Florida incontinence score was used.
Edinburgh postnatal depression scale 14.
San Francisco syncope rule negative.
Kansas City cardiomyopathy questionnaire 64.
Barcelona Clinic Liver Cancer stage B.
Rocky Mountain spotted fever was considered.
Transferred to Telemetry overnight.
Sent to Cytology and Microbiology.
Brought to Recovery in stable condition.
Admit to Medicine, telemetry floor.
Neuro ICU bed requested.
Vitamin B12 1000 mcg daily, D3 5000 units.
A study of 54210 people, in 12500 of them with I-131.
He emigrated from Vietnam in 1982.
Pharmacy: mail order
Interventional Radiology placed the drain.
Address: see face sheet
`.trim().split('\n');
