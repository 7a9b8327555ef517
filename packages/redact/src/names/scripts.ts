import {gazetteer} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';

/** Names in scripts without capitals and often without blanks: Chinese, Japanese and Korean, by the words for a person around them and by surname. */
export function findInScripts(scan: Scan, report: (start: number, end: number) => void): void {
  if (!eastern.test(scan.text)) return;
  const lists = gazetteer();
  for (const match of scan.text.matchAll(han)) {
    const run = match[0];
    for (let at = 0; at < run.length; at++) {
      const name = hanName(run, at, lists.bits);
      if (name === 0) continue;
      report(match.index + at, match.index + at + name);
      at += name - 1;
    }
  }
  for (const match of scan.text.matchAll(spaced)) {
    if (lists.bits(match[1] ?? '') > 0) report(match.index, match.index + match[0].length);
  }
  for (const match of scan.text.matchAll(korean)) {
    const name = match[1] ?? '';
    report(match.index + match[0].indexOf(name), match.index + match[0].indexOf(name) + name.length);
  }
}

const eastern = /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/;
const han = /[\u4e00-\u9fff]{2,40}/g;
/** Surname and given name with a blank between, as forms in Japan have it, and a title or the end behind them. */
const spaced = /([\u4e00-\u9fff]{1,3})[ \u3000][\u3040-\u30ff\u4e00-\u9fff]{1,4}(?=[ \u3000]?(?:様|さん|氏|殿|先生|君|$|[、。,（(\n]))/gmu;
const korean = /(?:^|[^\uac00-\ud7af])((?:[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부][\uac00-\ud7af]{2})|(?:남궁|황보|제갈|선우|독고)[\uac00-\ud7af]{1,2})(?=\s?(?:씨|님|환자|선생|교수|의사|간호사|군|양)|[은는이가의를을께]?[\s,.]|$)/gmu;

const before = ['患者', '病人', '姓名', '氏名', '名前', '先生', '医生', '家属', '父亲', '母亲', '妻子', '丈夫', '儿子', '女儿', '患儿', '我叫', '名叫', '我是', '医師', '主治', '护士'];
const after = ['先生', '女士', '小姐', '医生', '医師', '教授', '护士', '太太', '様', '氏', '殿', '君', '患者', '主任', '同志', '大夫', '老师'];
const compound = new Set(['欧阳', '司马', '上官', '诸葛', '东方', '皇甫', '尉迟', '公孙', '慕容', '司徒', '夏侯', '令狐', '歐陽', '司馬', '諸葛']);
const chinese = new Set('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻譚鄒陸顧龍萬錢湯黎喬賀賴龔');

/** The length of a name that begins at `at` of a run of Han characters; 0 when none does. */
function hanName(run: string, at: number, bits: (word: string) => number): number {
  const family = compound.has(run.slice(at, at + 2)) ? 2 : chinese.has(run.charAt(at)) ? 1 : 0;
  const led = before.some(word => run.slice(0, at).endsWith(word));
  for (const length of [family + 2, family + 1]) {
    if (family === 0 || at + length > run.length) continue;
    const rest = run.slice(at + length);
    if (after.some(word => rest.startsWith(word)) && (at === 0 || led)) return length;
    if (led && (rest === '' || length === family + 2)) return length;
  }
  // A listed Japanese surname before a title.
  for (const length of [3, 2]) {
    const word = run.slice(at, at + length);
    if (word.length === length && bits(word) > 0 && (at === 0 || led) && (led || after.some(title => run.slice(at + length).startsWith(title) || run.slice(at + length) === ''))) return length;
  }
  return 0;
}
