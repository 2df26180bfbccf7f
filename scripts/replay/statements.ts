import { verdictOf } from '../../domain/reconciliation.ts'
import type { Money } from '../../domain/reconciliation.ts'
import type { StatementCheck } from '../../web/reconciliation-view.ts'
import { methodOf } from './books.ts'
import type { Match } from './differences.ts'
import { groupBy } from './group-by.ts'
import type { LoggedTender } from './log.ts'

/*
 * The log's confirmed payments, read as a statement per method: each line is held against the recorded tender of its order
 * with its number, by the rule that holds statements of platforms against our books.
 */

type Line = { method: string; reference: string; sequence: number } & Record<
  'log' | 'here',
  number | undefined
>

export function statementsOf(matches: readonly Match[], currency: string): StatementCheck[] {
  const lines = matches.flatMap(linesOf)
  const checks = [...groupBy(lines, ({ method }) => method)].map(([method, own]) => ({
    ...{ method, lines: own.length },
    open: own.flatMap((line) => {
      const verdict = verdictOf({
        expected: moneyOf(line.here, currency),
        actual: moneyOf(line.log, currency),
      })
      const { reference, sequence, log = 0, here = 0 } = line
      return verdict === 'matched' ? [] : [{ reference, sequence, verdict, log, here }]
    }),
  }))
  return checks.toSorted((a, b) => b.lines - a.lines)
}

const moneyOf = (amount: number | undefined, currency: string): Money | undefined =>
  amount === undefined ? undefined : { amount, currency }

/** Payments that either side has, in the order in which the log numbers them; those of nothing are none. */
function linesOf({ plan, found }: Match): Line[] {
  const { reference, tenders } = plan.order
  const told = plan.steps.some((step) => step.do === 'pay') ? tenders.filter(isPayment) : []
  const kept = (found.length === 1 ? (found[0]?.outcome.tenders ?? []) : []).filter(isKept)
  return Array.from({ length: Math.max(told.length, kept.length) }, (_, i) => {
    const [log, here] = [told[i], kept[i]]
    const method = methodOf(log ?? here ?? { method: 'unknown' })
    const isSame = log === undefined || here === undefined || methodOf(here) === method
    const own = { method, reference, sequence: i + 1, log: log?.amount }
    return { ...own, here: isSame ? here?.captured : undefined }
  })
}

const isPayment = ({ amount }: LoggedTender) => amount > 0
const isKept = ({ captured }: { captured: number }) => captured > 0
