/** The words of a command line; one that begins with the topic's flag, as the superseded program's did, means `gather`. */
export function asCommand(words: readonly string[]): readonly string[] {
  const renamed = words.map(word => word.replace(/^--import_topic(?==|$)/, '--topic'));
  const isGather = renamed[0]?.startsWith('-') === true && renamed.some(word => /^(?:-t|--topic(?:=.*)?)$/.test(word));
  return isGather ? ['gather', ...renamed] : renamed;
}
