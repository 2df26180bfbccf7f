import { availableParallelism, cpus, loadavg } from 'node:os'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { told } from './load.ts'
import type { Comparison, SideReport } from './compare.ts'
import type { Delay, DelayReport } from './delay.ts'
import type { Check, Findings } from './findings.ts'
import { pictureOf } from './picture.ts'
import type { Bar } from './picture.ts'

/** What ran, where, and what came of it. */
export type Report = {
  at: string
  machine: { cores: number; processor: string; node: string; platform: string; busyBefore: number }
  seconds: number
  repeat: number
  findings: Findings[]
}

export const machine = (): Report['machine'] => ({
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  busyBefore: Math.max(0, loadavg()[0] ?? 0),
})

/** Load of the minute before from which on figures say little, per core. */
const BUSY = 0.3

export const isBusy = ({ busyBefore, cores }: Report['machine']) => busyBefore > BUSY * cores

/** `report.json`, `report.md` and `report.svg`; answers with their paths. */
export async function writeReport(report: Report, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const files = {
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'report.md': markdownOf(report),
    'report.svg': pictureOf(report.findings.flatMap(barsOf)),
  }
  const written = Object.entries(files).map(async ([name, text]) => {
    const path = join(folder, name)
    await writeFile(path, text)
    return path
  })
  return Promise.all(written)
}

/** The tables of the report, in Markdown, which a terminal shows as well. */
export function markdownOf({ machine, seconds, repeat, findings, at }: Report): string {
  const { cores, processor, node, platform } = machine
  const note = isBusy(machine)
    ? [`**Measured on a busy machine** (load ${machine.busyBefore.toFixed(1)}).`, '']
    : []
  return [
    ...['# Benches', ''],
    `${at} · ${cores} × ${processor} · Node ${node} · ${platform} · ${repeat} × ${seconds} s each`,
    ...['', ...note],
    ...ratios(findings.flatMap(({ comparisons }) => comparisons)),
    ...costs(findings.flatMap(({ comparisons }) => comparisons)),
    ...delays(findings.flatMap((one) => one.delays ?? [])),
    ...figures(findings),
    ...checks(findings.flatMap((one) => one.checks)),
  ].join('\n')
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const widths = head.map((cell, i) =>
    Math.max(...[head, ...rows].map((r) => (r[i] ?? cell).length)),
  )
  const padded = (cells: readonly string[]) =>
    row(cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)))
  return [padded(head), row(widths.map((width) => '-'.repeat(width))), ...rows.map(padded), '']
}

function ratios(comparisons: readonly Comparison[]): string[] {
  const rows = comparisons.map(({ name, measured, floor, ratio, ratios, least }) => [
    ...[name, perSecond(measured), `${floor.name}: ${perSecond(floor)}`, told(ratio)],
    `${told(Math.min(...ratios))} – ${told(Math.max(...ratios))}`,
    least === undefined ? '–' : `${least} ${ratio >= least ? '✓' : '✗'}`,
  ])
  return table(['against its floor', 'requests/s', 'floor', 'ratio', 'spread', 'to reach'], rows)
}

const perSecond = ({ perSecond }: SideReport) => perSecond.toFixed(0)

function costs(comparisons: readonly Comparison[]): string[] {
  const rows = comparisons.flatMap(({ name, measured, floor }) => [
    costOf(name, measured),
    costOf(`… ${floor.name}`, floor),
  ])
  return table(['per request', 'p50', 'p99', 'processor'], rows)
}

const costOf = (name: string, side: SideReport): string[] => [
  ...[name, `${side.p50.toFixed(1)} ms`, `${side.p99.toFixed(1)} ms`, processorOf(side)],
]

function processorOf({ processor }: Pick<SideReport, 'processor'>): string {
  const parts = Object.entries(processor).map(([part, ms]) => `${part} ${ms.toFixed(2)}`)
  return `${parts.join(', ')} ms`
}

function delays(all: readonly Delay[]): string[] {
  const multiples = all.map(({ name, measured, floor, ratio, ratios, most }) => [
    ...[name, quantiles(measured), `${floor.name}: ${quantiles(floor)}`, `${told(ratio)} ×`],
    `${told(Math.min(...ratios))} – ${told(Math.max(...ratios))}`,
    `${most} × ${ratio <= most ? '✓' : '✗'}`,
  ])
  const sides = new Map(all.flatMap(({ measured, floor }) => [measured, floor].map(named)))
  const used = [...sides.values()].map((one) => [one.name, processorOf(one), String(one.count)])
  return [
    ...table(['how long', 'p50 / p95', 'floor', 'multiple of p50', 'spread', 'at most'], multiples),
    ...table(['each', 'processor', 'measured'], used),
  ]
}

const named = (one: DelayReport) => [one.name, one] as const

const quantiles = ({ p50, p95 }: DelayReport) => `${p50.toFixed(1)} / ${p95.toFixed(1)} ms`

/** How much of its floor's pace each thing reaches; of a delay, its floor's time over its own. */
const barsOf = ({ comparisons, delays: slow = [] }: Findings): Bar[] => [
  ...comparisons,
  ...slow.map(({ name, ratio, ratios, most }) => ({
    ...{ name, ratio: 1 / ratio, ratios: ratios.map((one) => 1 / one), least: 1 / most },
  })),
]

const figures = (findings: readonly Findings[]) =>
  table(
    ['figure', 'value'],
    findings.flatMap((one) => one.figures.map(({ what, value }) => [what, value])),
  )

const checks = (all: readonly Check[]) =>
  table(
    ['must hold', '', 'seen'],
    all.map(({ what, holds, seen }) => [what, holds ? '✓' : '✗', seen]),
  )
