/*
 * How names of divisions are written: 广东省 or 广东, 恩施土家族苗族自治州 or 恩施, 深圳市 or Shenzhen.
 */

const SUFFIX =
  /(特别行政区|自治区|自治州|自治县|自治旗|地区|新区|林区|街道|省|市|盟|州|区|县|旗|镇|乡)$/u
/** Peoples in the names of autonomous divisions; four of them stand there without 族, too. */
const PEOPLE =
  /(?:(?:蒙古|维吾尔|哈萨克|柯尔克孜)族?|(?:壮|回|藏|苗|彝|侗|瑶|白|傣|黎|畲|水|羌|怒|满|土|佤|各|京|布依|朝鲜|土家|哈尼|傈僳|拉祜|东乡|纳西|景颇|仫佬|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|独龙|裕固|保安|达斡尔|鄂温克|鄂伦春)族)$/u
/** Of what is left of a name; a single character is none. */
const SHORTEST = 2

const LATIN_SUFFIX =
  /[\s-]+(?:(?:\w+ )?autonomous \w+|special administrative region|sar|province|prefecture|municipality|city|district|county|new area|sheng|shi|qu|xian)$/

/** Without what kind of division it is, and whose. */
export function shortName(name: string): string {
  const kind = SUFFIX.exec(name)?.[0] ?? ''
  let short = cut(name, SUFFIX)
  if (!kind.startsWith('自治')) return short
  for (let next = cut(short, PEOPLE); next !== short; next = cut(short, PEOPLE)) short = next
  return short
}

function cut(name: string, end: RegExp): string {
  const rest = name.replace(end, '')
  return rest.length < SHORTEST ? name : rest
}

/** As it is compared: without accents, blanks and signs. */
export const latinKey = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(LATIN_SUFFIX, '')
    .replaceAll(/[^a-z]/g, '')

export const isHan = (text: string): boolean => /\p{Script=Han}/u.test(text)

/** One spelling per text: half-width, and no blanks inside Chinese. */
export function tidy(text: string): string {
  const plain = text.normalize('NFKC').trim()
  return isHan(plain) ? plain.replaceAll(/\s/g, '') : plain
}

/** How much two names have in common, from 0 to 1: Dice's coefficient of their letters. */
export function likeness(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  const rest = [...right]
  let common = 0
  for (const letter of left) {
    const at = rest.indexOf(letter)
    if (at < 0) continue
    rest.splice(at, 1)
    common += 1
  }
  return (2 * common) / (left.length + right.length)
}
