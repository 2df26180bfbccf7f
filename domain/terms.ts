import type { OnReturn, Terms } from './promotion.ts'

/** What is wrong with terms, and where in them. */
export type TermsProblem = {
  path: (string | number)[]
  code: 'THRESHOLD_TOO_LOW' | 'STEPS_NOT_ASCENDING' | 'PAY_NOT_BELOW_BUY'
}

/**
 * What no shop can mean: more off than there is to pay, a step that gives less for more, units for
 * nothing.
 */
export function termsProblems(terms: Terms): TermsProblem[] {
  switch (terms.kind) {
    case 'full_reduction':
      return tooLow(terms, ['threshold'])
    case 'tiered':
      return [
        ...terms.steps.flatMap((step, i) => tooLow(step, ['steps', i, 'threshold'])),
        ...notAscending(terms.steps),
      ]
    case 'n_for_m':
      return terms.pay < terms.buy ? [] : [{ path: ['pay'], code: 'PAY_NOT_BELOW_BUY' }]
    case 'coupon':
      return 'off' in terms.benefit && terms.threshold > 0
        ? tooLow({ threshold: terms.threshold, off: terms.benefit.off }, ['threshold'])
        : []
    case 'member_percent':
    case 'free_freight':
      return []
  }
}

/** Freight that went for nothing stays so: what is kept is not priced again by it. */
export const mayClawBack = ({ kind }: Terms, onReturn: OnReturn): boolean =>
  onReturn === 'frozen_share' || kind !== 'free_freight'

type Step = { threshold: number; off: number }

function tooLow({ threshold, off }: Step, path: TermsProblem['path']): TermsProblem[] {
  return threshold > off ? [] : [{ path, code: 'THRESHOLD_TOO_LOW' }]
}

function notAscending(steps: readonly Step[]): TermsProblem[] {
  return steps.flatMap((step, i): TermsProblem[] => {
    const before = steps[i - 1] ?? { threshold: 0, off: 0 }
    const rises = step.threshold > before.threshold && step.off > before.off
    return rises ? [] : [{ path: ['steps', i], code: 'STEPS_NOT_ASCENDING' }]
  })
}
