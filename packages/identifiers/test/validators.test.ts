import {isCanadianPostcode, isCard, isCoordinates, isDea, isDomain, isEmail, isIban, isImei, isIp, isItin, isMac, isMbi, isNationalInsuranceNumber, isNhsNumber, isNpi, isPhone, isRoutingNumber, isSocialInsuranceNumber, isSsn, isUdi, isUkPostcode, isUrl, isUuid, isVin, isWallet, isZip} from '@sluice/identifiers';
import {describe, expect, it} from 'vitest';

// Published examples of each standard; what is wrong differs from what is right in one place.
const cases: readonly (readonly [name: string, check: (text: string) => boolean, right: readonly string[], wrong: readonly string[]])[] = [
  ['isSsn', isSsn, ['123-45-6789', '123456789', '123 45 6789', ' 078-05-1120 '], ['000-45-6789', '666-45-6789', '900-45-6789', '123-00-6789', '123-45-0000', '123-456789', '1234-5-6789', '12345678', '']],
  ['isItin', isItin, ['912-70-1234', '999-88-1234', '900991234'], ['912-49-1234', '812-70-1234', '912-93-1234']],
  ['isNpi', isNpi, ['1234567893', '1245319599'], ['1234567890', '3234567893', '123456789', '12345678931']],
  ['isMbi', isMbi, ['1EG4-TE5-MK73', '1EG4TE5MK73', '1eg4te5mk73'], ['0EG4TE5MK73', '1SG4TE5MK73', '1EG4TE5MK7', '1EG4TEBMK73', '1EGATE5MK73']],
  ['isDea', isDea, ['AB1234563', 'BB1388568', 'F91234563'], ['AB1234564', 'IB1234563', 'AB123456']],
  ['isVin', isVin, ['1M8GDM9AXKP042788', '1HGBH41JXMN109186'], ['1M8GDM9A1KP042788', '1HGBH41JXMN10918', '1HGBH41IXMN109186', '11111111111111111']],
  ['isCard', isCard, ['4111111111111111', '4111 1111 1111 1111', '378282246310005', '5555-5555-5555-4444'], ['4111111111111112', '0000000000000000', '1111111111111117', '41111111']],
  ['isIban', isIban, ['LY83002048000020100120361', 'MA64011519000001205000534921', 'GB82 WEST 1234 5698 7654 32', 'DE89370400440532013000', 'de89 3704 0044 0532 0130 00'], ['GB82 WEST 1234 5698 7654 33', 'DE8937040044053201300', 'ZZ89370400440532013000', 'LY84002048000020100120361']],
  ['isRoutingNumber', isRoutingNumber, ['021000021', '011401533'], ['021000022', '991000021', '000000000', '02100002']],
  ['isWallet', isWallet, ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', '0x52908400098527886E0F7030069857D2E4169EE7'], ['0x52908400098527886E0F7030069857D2E4169EE', '1A1zP1eP5QGefi2DMPTfTL5SLmv7Div0Na', 'bc1']],
  ['isImei', isImei, ['490154203237518', '49-015420-323751-8'], ['490154203237519', '000000000000000', '49015420323751', '49015420323751%8', '490154203.237518']],
  ['isMac', isMac, ['00:00:5E:00:53:01', '00-00-5e-00-53-01', '0000.5e00.5301', '00:00:5e:00:53:01:02:03', '0000.5eef.1000.0001'], ['12 10 11 10 12 11', '0000.5e00','00:00:5E:00:53', '00:00-5E:00:53:01', '00:00:5G:00:53:01']],
  ['isUuid', isUuid, ['550e8400-e29b-41d4-a716-446655440000', '{550E8400-E29B-41D4-A716-446655440000}', 'urn:uuid:550e8400-e29b-41d4-a716-446655440000'], ['550e8400-e29b-41d4-a716-44665544000', '550e8400e29b41d4a716446655440000x']],
  ['isUdi', isUdi, ['(01)00844588003288(17)141120(10)7654321D(21)10987654d321', '(01)00844588003288'], ['(01)00844588003289', '(02)00844588003288', '00844588003288']],
  ['isEmail', isEmail, ['name@example.com', 'a.b+c@sub.example.co.uk', 'jörg@beispiel.example'], ['name@localhost', '@example.com', 'a..b@example.com', '.a@example.com', 'a b@example.com', `${'a'.repeat(65)}@example.com`, 'name@example.c0m']],
  ['isDomain', isDomain, ['example.com', 'a-b.example.co.uk', 'xn--bcher-kva.example'], ['example', '-a.example', 'a-.example', 'example.1', `${'a.'.repeat(130)}com`]],
  ['isUrl', isUrl, ['https://example.com', 'ftp://files.example.com/x', 'www.example.com/a?b'], ['example.com', 'http:/example.com', 'www.', 'mg/dl']],
  ['isIp', isIp, ['192.0.2.1', '2001:db8::1', '::1', '::', '2001:db8:0:0:0:0:0:1', '::ffff:192.0.2.128', 'fe80::1%eth0'], ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '2001:db8', '1::2::3', '12345::', ':::', '1:2:3:4:5:6:7:8:9', '192.0.2.1.']],
  ['isPhone', isPhone, ['+1 213 373 4253', '(213) 373-4253', '+49 30 901820', '020 7946 0958', '0049 30 901820', '213-373-4253 x12'], ['123', '+1 000 000 0000', '12/03/2020', 'phone', '+999 123456']],
  ['isZip', isZip, ['02139', '90210-1234', '902101234'], ['0213', '00099', '90210-12', 'A0210']],
  ['isUkPostcode', isUkPostcode, ['SW1A 1AA', 'M1 1AE', 'b338th', 'GIR 0AA'], ['SW1A 1AC', 'QW1 1AA', 'SW1A1A', '1SW 1AA']],
  ['isCanadianPostcode', isCanadianPostcode, ['K1A 0B1', 'k1a0b1', 'K1A-0B1'], ['D1A 0B1', 'K1A 0O1', 'KA1 0B1', 'W1A 0B1']],
  ['isCoordinates', isCoordinates, ['40.7128, -74.0060', '-33.8688,151.2093'], ['98.7128, -74.0060', '40.71, -74.00', '40.7128', '40.7128, 181.0000']],
  ['isNhsNumber', isNhsNumber, ['943 476 5919', '9434765919'], ['943 476 5918', '111 111 1111', '943476591']],
  ['isNationalInsuranceNumber', isNationalInsuranceNumber, ['AB 12 34 56 C', 'ab123456c'], ['QQ 12 34 56 C', 'BG123456A', 'AB 12 34 56 E']],
  ['isSocialInsuranceNumber', isSocialInsuranceNumber, ['130 692 544', '130692544'], ['130 692 545', '046 454 286', '111 111 111']],
];

describe('validators', () => {
  it.each(cases)('%s accepts what its standard accepts and nothing else', (_, check, right, wrong) => {
    expect(right.filter(text => !check(text))).toEqual([]);
    expect(wrong.filter(text => check(text))).toEqual([]);
  });
});
