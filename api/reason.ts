import type { Locale } from '../domain/locale.ts'
import { formatAmount } from '../domain/money.ts'
import type { AppliedPromotion, Terms } from '../domain/promotion.ts'

/*
 * Why a promotion took off what it did, in one sentence that a customer can check with a pencil.
 */

type Say = { money: (amount: number) => string; base: number }
type TermsOf<K extends Terms['kind']> = Extract<Terms, { kind: K }>
type Sentences = { [K in Terms['kind']]: (terms: TermsOf<K>, say: Say) => string }

/** 8.5 % for 850 basis points. */
const percent = (bps: number) => `${bps / 100} %`

const offOf = ({ benefit }: TermsOf<'coupon'>, { money }: Say) =>
  'off' in benefit ? money(benefit.off) : percent(benefit.bps)
const mostOf = ({ benefit }: TermsOf<'coupon'>) => ('off' in benefit ? undefined : benefit.most)

const EN: Sentences = {
  member_percent: ({ bps }) => `Members pay ${percent(bps)} less for each of these lines`,
  full_reduction: ({ threshold, off, repeats }, { money, base }) =>
    `${money(off)} off${repeats ? ' for each' : ' from'} ${money(threshold)}; these goods come to ${money(base)}`,
  tiered: ({ steps }, { money, base }) =>
    `${steps.map(({ threshold, off }) => `${money(off)} off from ${money(threshold)}`).join(', ')}; these goods come to ${money(base)}`,
  n_for_m: ({ buy, pay }) => `Take ${buy}, pay ${pay}: the cheapest are free`,
  coupon: (terms, say) => {
    const { money, base } = say
    const from = terms.threshold > 0 ? ` from ${money(terms.threshold)}` : ''
    const most = mostOf(terms)
    const atMost = most === undefined ? '' : `, ${money(most)} at most`
    return `Coupon: ${offOf(terms, say)} off${from}${atMost}; these goods come to ${money(base)}`
  },
  free_freight: ({ threshold }, { money, base }) =>
    threshold === 0
      ? 'Free shipping'
      : `Free shipping from ${money(threshold)}; these goods come to ${money(base)}`,
}

const ZH: Sentences = {
  member_percent: ({ bps }) => `会员优惠：每行商品减 ${percent(bps)}`,
  full_reduction: ({ threshold, off, repeats }, { money, base }) =>
    `${repeats ? '每满' : '满'} ${money(threshold)} 减 ${money(off)}，参与商品小计 ${money(base)}`,
  tiered: ({ steps }, { money, base }) =>
    `${steps.map(({ threshold, off }) => `满 ${money(threshold)} 减 ${money(off)}`).join('，')}，参与商品小计 ${money(base)}`,
  n_for_m: ({ buy, pay }) => `${buy} 件付 ${pay} 件的钱，最便宜的免费`,
  coupon: (terms, say) => {
    const { money, base } = say
    const from = terms.threshold > 0 ? `满 ${money(terms.threshold)} ` : ''
    const most = mostOf(terms)
    const atMost = most === undefined ? '' : `，最多减 ${money(most)}`
    return `优惠券：${from}减 ${offOf(terms, say)}${atMost}，参与商品小计 ${money(base)}`
  },
  free_freight: ({ threshold }, { money, base }) =>
    threshold === 0 ? '包邮' : `满 ${money(threshold)} 包邮，参与商品小计 ${money(base)}`,
}

const SENTENCES: Record<Locale, Sentences> = { en: EN, zh: ZH }

export function reasonOf(
  { terms, base }: Pick<AppliedPromotion, 'terms' | 'base'>,
  { locale, currency }: { locale: Locale; currency: string },
): string {
  const sentence = SENTENCES[locale][terms.kind] as (terms: Terms, say: Say) => string
  return sentence(terms, { money: (amount) => formatAmount(amount, currency), base })
}
