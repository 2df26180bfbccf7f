import { CAPITALS, OWN_COUNTRY_CODES } from './capitals.ts'
import type { Coordinates } from './capitals.ts'
import type { Place } from './customer.ts'

/** As much of a place as tells how far it is. */
export type Spot = Pick<Place, 'country' | 'region' | 'city'>

/** How far apart two places are: first by `rank`, then by kilometres. */
export type Distance = { rank: number; km: number }

const SAME_CITY = 0
const SAME_REGION = 1
const SAME_COUNTRY = 2
const ABROAD = 3
const UNKNOWN = 4

export function distanceOf(from: Spot | undefined, to: Spot): Distance {
  const rank = rankOf(from, to)
  if (from === undefined || rank <= SAME_REGION) return { rank, km: 0 }
  return { rank, km: kilometres(coordinatesOf(from), coordinatesOf(to)) }
}

function rankOf(from: Spot | undefined, to: Spot): number {
  if (from === undefined) return UNKNOWN
  if (from.country !== to.country) return ABROAD
  if (plain(from.region) !== plain(to.region)) return SAME_COUNTRY
  return plain(from.city) === plain(to.city) ? SAME_CITY : SAME_REGION
}

/** People write 广东 and 广东省. */
const SUFFIX = /(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$/u

const plain = (name: string) => name.trim().replace(SUFFIX, '').toLowerCase()

function coordinatesOf({ country, region }: Spot): Coordinates | undefined {
  return CAPITALS[country === 'CN' ? plain(region) : (OWN_COUNTRY_CODES[country] ?? '')]
}

/** Mean radius of the earth. */
const EARTH_KM = 6371

/** Along the great circle; infinite where an end is unknown, so that what is known comes first. */
function kilometres(from: Coordinates | undefined, to: Coordinates | undefined): number {
  if (from === undefined || to === undefined) return Number.POSITIVE_INFINITY
  const haversine =
    halfSquare(to[0] - from[0]) +
    Math.cos(radians(from[0])) * Math.cos(radians(to[0])) * halfSquare(to[1] - from[1])
  return 2 * EARTH_KM * Math.asin(Math.sqrt(haversine))
}

const radians = (degrees: number) => (degrees * Math.PI) / 180
const halfSquare = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2
