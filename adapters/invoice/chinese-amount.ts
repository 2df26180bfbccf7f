/*
 * Amounts in the numerals that can't be altered by a stroke (大写金额), as invoices and cheques in yuan bear them.
 */

const DIGITS = Array.from('零壹贰叁肆伍陆柒捌玖')
/** Within four digits, and of each four. */
const PLACES = ['', '拾', '佰', '仟']
const GROUPS = ['', '万', '亿', '万亿']

/** `¥158.03` as `壹佰伍拾捌元零叁分`. `fen`: a hundredth of a yuan. */
export function inChinese(fen: number): string {
  const yuan = Math.floor(Math.abs(fen) / 100)
  const [jiao, cents] = [Math.floor((Math.abs(fen) % 100) / 10), Math.abs(fen) % 10]
  const whole = yuan === 0 ? '' : `${wholeOf(yuan)}元`
  const sign = fen < 0 ? '负' : ''
  if (jiao === 0 && cents === 0) return `${sign}${whole || '零元'}整`
  const tenths = jiao > 0 ? `${DIGITS[jiao]}角` : whole === '' ? '' : '零'
  return `${sign}${whole}${tenths}${cents > 0 ? `${DIGITS[cents]}分` : '整'}`
}

/** Four digits at a time; a gap of zeros is said once. */
function wholeOf(yuan: number): string {
  const groups: number[] = []
  for (let rest = yuan; rest > 0; rest = Math.floor(rest / 10_000)) groups.unshift(rest % 10_000)
  return groups
    .map((value, i) => {
      const name = GROUPS[groups.length - 1 - i] ?? ''
      const hasGap = i > 0 && value > 0 && (value < 1_000 || (groups[i - 1] ?? 0) % 10 === 0)
      return value === 0 ? '' : `${hasGap ? '零' : ''}${groupOf(value)}${name}`
    })
    .join('')
}

function groupOf(value: number): string {
  const digits = Array.from(String(value), Number)
  return digits
    .map((digit, i) => {
      const isGap = digit === 0 && digits.slice(i).some((next) => next > 0) && digits[i - 1] !== 0
      return digit === 0 ? (isGap ? '零' : '') : `${DIGITS[digit]}${PLACES[digits.length - 1 - i]}`
    })
    .join('')
}
