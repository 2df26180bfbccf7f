import { told } from './load.ts'

/** Pixels. */
const ROW = 44
const LEFT = 300
const WIDTH = 420
const BAR = 16

/** What of its floor something reaches, in the middle and each time. */
export type Bar = { name: string; ratio: number; ratios: readonly number[]; least?: number }

/** Each ratio as a bar with its spread, and where it should reach; the whole width is the floor itself. */
export function pictureOf(bars: readonly Bar[]): string {
  const height = bars.length * ROW + ROW
  const rows = bars.map((one, index) => rowOf(one, ROW / 2 + index * ROW))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 60}" height="${height}" font-family="sans-serif" font-size="13">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...rows,
    `<text x="${LEFT}" y="${height - 12}" fill="#666">0</text>`,
    `<text x="${LEFT + WIDTH}" y="${height - 12}" fill="#666" text-anchor="end">1 = its floor</text>`,
    '</svg>\n',
  ].join('\n')
}

const x = (ratio: number) => (LEFT + Math.min(1, ratio) * WIDTH).toFixed(1)

function rowOf({ name, ratio, ratios, least }: Bar, y: number): string {
  const middle = y + BAR / 2
  const spread = `<path d="M${x(Math.min(...ratios))} ${middle}H${x(Math.max(...ratios))}" stroke="#123" stroke-width="2"/>`
  const goal =
    least === undefined
      ? ''
      : `<path d="M${x(least)} ${y - 4}v${BAR + 8}" stroke="#c33" stroke-width="2"/>`
  return [
    `<text x="${LEFT - 10}" y="${y + BAR - 3}" text-anchor="end">${name}</text>`,
    `<rect x="${LEFT}" y="${y}" width="${WIDTH}" height="${BAR}" fill="#eee"/>`,
    `<rect x="${LEFT}" y="${y}" width="${(Math.min(1, ratio) * WIDTH).toFixed(1)}" height="${BAR}" fill="#7ab"/>`,
    `${spread}${goal}`,
    `<text x="${LEFT + WIDTH + 10}" y="${y + BAR - 3}">${told(ratio)}</text>`,
  ].join('')
}
