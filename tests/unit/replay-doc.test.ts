import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ODDITIES } from '../../scripts/replay/log.ts'

const DOC = readFileSync(new URL('../../docs/replay.md', import.meta.url), 'utf8')

it.each(Object.values(ODDITIES))('docs/replay.md has the rule "%s"', (rule) => {
  const [says, taken] = rule.split(': ')
  expect(DOC).toContain(`| ${says} | ${taken} |`)
})
