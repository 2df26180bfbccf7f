import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { HEADER_RULES, ORDER_STATUSES } from '../../domain/status.ts'
import { lifecycleDoc } from '../../scripts/lifecycle-doc.ts'

const DOC = new URL('../../docs/lifecycle.md', import.meta.url)

it('docs/lifecycle.md is what `npm run lifecycle` draws from the tables', () => {
  expect(readFileSync(DOC, 'utf8')).toBe(lifecycleDoc())
})

it('every status has one rule, and the last rule always holds', () => {
  const ruled = HEADER_RULES.map(({ status }) => status)
  expect(ruled.toSorted()).toEqual(ORDER_STATUSES.toSorted())
  expect(HEADER_RULES.at(-1)?.holds({} as never)).toBe(true)
})
