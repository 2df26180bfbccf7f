import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { boundOf, speedOf } from '../../scripts/replay/speed.ts'
import { partOf } from '../../scripts/processor.ts'
import { storeSecondsIn } from '../../scripts/replay/effort.ts'
import { terminalReport } from '../../scripts/replay/terminal.ts'
import { makeFolder, writeReport } from '../../scripts/replay/write-report.ts'
import { durationOf, wordingFor } from '../../web/reconciliation-words.ts'
import * as made from './reconcile-builders.ts'
import { arrived, logged, planned, reconciled, reconciledOne } from './reconcile-builders.ts'

/** A stream that is no terminal. */
const text = (found: ReturnType<typeof reconciled>) => terminalReport(found, new PassThrough())

const MANY = Array.from({ length: 12 }, (_, i) =>
  planned(
    logged({
      ...{ reference: `o-${i}`, ends: 'cancelled', status: 'canceled' },
      units: [made.unit({ merchantId: `merchant-${i}`, price: 5000 + i })],
      tenders: [made.card(5891 + i)],
    }),
    { steps: [], oddities: [{ kind: 'cancelled_before_payment' }] },
  ),
)

const many = () =>
  reconciled(
    MANY,
    MANY.map((plan) => arrived(plan, made.UNPAID)),
  )

describe('the report in a terminal', () => {
  // What runs the tests may ask for colours on its own behalf.
  beforeEach(() => void vi.stubEnv('FORCE_COLOR', undefined))
  afterEach(() => void vi.unstubAllEnvs())

  it('fits a hundred columns', () => {
    const reference = 'f'.repeat(32)
    const order = logged({ reference, tenders: [made.card(1_234_567_890)] })
    const found = reconciledOne(planned(order), {
      goods: 1_234_560_000,
      paid: 1,
      no: 'LH-12345678',
    })
    const lines = text(found).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('tells the verdict, the figures of both sides and what is equal', () => {
    const report = text(reconciledOne(planned(logged())))
    expect(report).toContain('✓ Reconciled to the cent\n    1 order replayed. Nothing differs.')
    expect(report).toMatch(/goods +50\.00 +50\.00 +=/)
    expect(report).toMatch(/delivered +1 +50\.00 +8\.90 +58\.90 += +Delivered 1/)
    expect(report).toMatch(/card credit +1 +1 +58\.90 +58\.90 +=/)
    expect(report).toMatch(/reviews +1 +– +on 1 order, mean score 4\.0000/)
  })

  it('shows every unexplained difference, and few of the explained ones, merchants and rows', () => {
    const report = text(many())
    expect(report).toContain('Explained differences: 24')
    expect(report).toContain('and 14 more of these in report.html')
    expect(report).toContain('and 7 more merchants in report.html')
    expect(report).toContain('and 2 more of these in report.html')
    expect(report).toMatch(/paid +707\.58 +0\.00 +-707\.58 +explained/)
  })

  it('tells beside the verdict what was adjusted, and what never came in', () => {
    const plan = planned(logged({ tenders: [made.card(5895)] }))
    const facts = { status: 'canceled', freight: 10 }
    const unusable = [
      { ...facts, reference: 'o-8', reason: 'no_items' as const, goods: 0, paid: 700 },
      { ...facts, reference: 'o-9', reason: 'no_payments' as const, goods: 1000, paid: 0 },
    ]
    const log = { ...made.LOG, orders: [plan.order], unusable }
    const found = reconciled([plan], [arrived(plan)], { log })
    expect(text(found)).toContain(
      [
        '    1 order replayed. Nothing differs.',
        '    1 order holds adjustments of 0.05 in all.',
        '    2 orders of the log can’t be brought in: goods 10.00, freight 0.20, paid 7.00.',
      ].join('\n'),
    )
    const words = text(found).replaceAll(/\s+/g, ' ')
    expect(words).toContain('1 where nothing was bought, 1 where nothing was paid')
  })

  it('says what failed and what is open', () => {
    const failures = [{ reference: 'o-2', reason: 'no answer' }]
    const plans = [planned(logged()), planned(logged({ reference: 'o-2' }))]
    const [first] = plans
    const outcomes = first === undefined ? [] : [arrived(first, { status: 'closed' })]
    const report = text(reconciled(plans, outcomes, { failures }))
    expect(report).toContain(
      '✗ Not reconciled\n    1 of 2 chosen orders replayed. 1 order failed. 2 differences unexplained.',
    )
    expect(report).toContain('✗ o-2: no answer')
    expect(report).toContain('status: log Delivered, here Closed, nothing delivered')
  })

  it('lets no control character of the log through', () => {
    const order = logged({ reference: 'o\u001B[2J\u202Ex', status: 'done\u0007' })
    const report = text(reconciledOne(planned(order), { goods: 1 }))
    expect(report.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('has colours where a terminal shows them', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, getColorDepth: () => 8 })
    const report = terminalReport(reconciledOne(planned(logged())), terminal)
    expect(report).toContain('\u001B[32m  ✓ Reconciled to the cent')
  })
})

describe('what bounds a replay', () => {
  it('is the processor when nearly all cores are busy, by the part that takes most', () => {
    expect(boundOf(made.THROUGHPUT)).toBe(
      'The machine’s processors are full (1.9 of 2 cores busy); the engine takes most of them: 42 %.',
    )
  })

  it('counts what is Longhaul’s own as one', () => {
    const own = ['worker', 'API', 'replay'].map((part) => ({ part, seconds: 4 }))
    const processor = [{ part: 'PostgreSQL', seconds: 7 }, ...own]
    expect(boundOf({ ...made.THROUGHPUT, processor })).toContain(
      'Longhaul takes most of them: 63 %',
    )
  })

  it('is waiting when cores are idle', () => {
    expect(boundOf({ ...made.THROUGHPUT, seconds: 20 })).toBe(
      'The machine’s processors aren’t full (0.9 of 2 cores busy): orders wait for answers, so more than 8 at once would help.',
    )
  })

  it('can’t be told to be waiting from few orders', () => {
    const idle = { ...made.THROUGHPUT, seconds: 20 }
    expect(boundOf({ ...idle, orders: 15 })).toBe(
      'The machine’s processors aren’t full (0.9 of 2 cores busy); too few orders were replayed to tell whether more than 8 at once would help.',
    )
    expect(boundOf({ ...idle, orders: 16 })).toContain('more than 8 at once would help')
  })

  it.each([
    ['temporal', '/bin/temporal server start-dev --ip 127.0.0.1', 'Temporal'],
    ['a Temporal of another name', '/opt/cli-1.5 server start-dev --ip ::1', 'Temporal'],
    ['postgres', '/temporal-x/worker/bin/postgres -D /temporal-x/data', 'PostgreSQL'],
    ['the worker', '/bin/node --import tsx /temporal-x/postgres/worker.ts', 'worker'],
    ['the built API', '/bin/node /temporal-x/postgres/api/server.js', 'API'],
    ['the sandbox', '/bin/node /temporal-x/postgres/sandbox/server.js', 'sandbox'],
    ['anything else', '/bin/node /temporal-x/postgres/scripts/watchdog.mjs worker', undefined],
  ])('knows %s by how it is called, not by its folders', (_, command, part) => {
    expect(partOf(command, '/temporal-x/postgres')).toBe(part)
  })

  it('is the engine’s store when its calls queue and cores are idle', () => {
    const found = { ...made.THROUGHPUT, seconds: 20, storeSeconds: 58 }
    expect(boundOf(found)).toMatch(/^The engine’s own store bounds it: .* 2\.9 were in hand/)
    expect(boundOf({ ...found, storeSeconds: 10 })).toContain('orders wait for answers')
    expect(boundOf({ ...found, seconds: 10 })).toContain('processors are full')
  })

  it('adds up the calls to the store of all operations', () => {
    const metrics = [
      '# TYPE persistence_latency histogram',
      'persistence_latency_bucket{operation="CreateTasks",le="0.001"} 7',
      'persistence_latency_sum{operation="CreateTasks",service_name="matching"} 1.25',
      'persistence_latency_count{operation="CreateTasks",service_name="matching"} 300',
      'persistence_latency_sum{operation="GetNamespace"} 5e-1',
      'visibility_persistence_latency_sum{operation="Record"} 9',
    ]
    expect(storeSecondsIn(metrics.join('\n'))).toBe(1.75)
  })

  it('is told with processor seconds per order and shares', () => {
    expect(speedOf(made.THROUGHPUT)).toMatchObject({
      ...{ orders: 20, perSecond: 2, busy: 1.9 },
      parts: [{ part: 'Temporal', perOrder: 0.4, share: 8 / 19 }, {}, {}, {}],
    })
  })

  it('is no trouble for a replay of nothing', () => {
    const nothing = { ...made.THROUGHPUT, orders: 0, seconds: 0, processor: [] }
    expect(speedOf(nothing)).toMatchObject({ perSecond: 0, busy: 0, parts: [] })
  })
})

describe('words', () => {
  it('of amounts keep the minor units exact and follow the currency', () => {
    expect(wordingFor('BRL').amount(999_999_999_999)).toBe('9,999,999,999.99')
    expect(wordingFor('BRL').amount(-5)).toBe('-0.05')
    expect(wordingFor('JPY').amount(1234)).toBe('1,234')
  })

  it.each([
    [3.21, '3.2 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [252, '4 min 12 s'],
  ])('of %d seconds are %s', (seconds, words) => expect(durationOf(seconds)).toBe(words))
})

describe('the files of a report', () => {
  it('are the whole reconciliation as JSON, and a page', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const found = many()
    const { json, html } = await writeReport(found, folder)
    expect(JSON.parse(await readFile(json, 'utf8'))).toEqual(found)
    expect(await readFile(html, 'utf8')).toMatch(/^<!doctype html><html lang="en">/)
  })

  it('need a folder, which is made, and one that can be written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await makeFolder(join(folder, 'new', 'one'))
    const { json } = await writeReport(many(), join(folder, 'new', 'one'))
    await expect(makeFolder(join(json, 'two'))).rejects.toThrow(/ can't be written \(ENOTDIR\)/)
    await expect(makeFolder(json)).rejects.toThrow(/ can't be written \(EEXIST\)/)
  })

  it('hold the log’s text as text', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const order = logged({ reference: '<b>x', status: '<i>' })
    const { html } = await writeReport(reconciledOne(planned(order), { goods: 1 }), folder)
    const page = await readFile(html, 'utf8')
    expect(page).toContain('&lt;b&gt;x')
    expect(page).not.toMatch(/<b>x|<i>/)
  })
})
