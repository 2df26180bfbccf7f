/** Facts that were read together, by what names them. */
export const byId = <T extends { id: string }>(all: readonly T[]): ReadonlyMap<string, T> =>
  new Map(all.map((one) => [one.id, one]))

/** What must be there: whatever names it was read with it. */
export function known<K, T>(all: ReadonlyMap<K, T>, key: K): T {
  const one = all.get(key)
  if (one === undefined) throw new Error(`nothing is known of ${String(key)}`)
  return one
}

/** In the order in which they come; groups in that of their first ones. */
export function grouped<K, T>(all: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}

/** Each is made once, when it is first asked for. */
export function remembered<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    const before = made.get(key)
    if (before !== undefined) return before
    const one = make(key)
    made.set(key, one)
    return one
  }
}
