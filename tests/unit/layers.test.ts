import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/**
 * Who may import whom at run time: the folders named here and their own. A name that starts with `@`, `node:` or
 * is no folder is a package (with everything below it); a path is one file. `types` may be named, but not run.
 */
type Layer = { may: readonly string[]; types?: readonly string[] }

const LAYERS: Record<string, Layer> = {
  domain: { may: [] },
  workflows: {
    may: ['domain', '@temporalio/workflow', '@temporalio/common'],
    types: ['activities'],
  },
  activities: { may: ['domain', 'db', '@temporalio/activity'], types: ['adapters'] },
  adapters: {
    may: [
      ...['domain', 'node:', 'zod', 'stripe', 'alipay-sdk', 'standardwebhooks', 'nodemailer'],
      ...['eta', 'csv-parse', 'fflate', 'pdfkit'],
      ...['chinese-days', 'libphonenumber-js', 'localized-address-format', 'postcode-validator'],
    ],
  },
  db: { may: ['domain', 'node:', 'postgres'] },
  client: {
    may: [
      ...['domain', 'workflows/messages.ts', 'workflows/replenishment-messages.ts'],
      ...['workflows/search-attributes.ts', 'node:'],
      ...['@temporalio/client', '@temporalio/common', '@temporalio/envconfig', '@temporalio/proto'],
    ],
  },
  relay: { may: ['domain', 'db', 'client', 'node:'] },
  api: {
    may: [
      ...['domain', 'db', 'client', 'web', 'workflows/messages.ts'],
      ...['hono', '@hono/zod-openapi', 'zod', 'csv-parse', 'swagger-ui-dist', 'node:'],
    ],
    types: ['adapters', 'relay', 'workflows', 'log.ts', '@temporalio/common'],
  },
  web: {
    may: ['hono', 'qr', 'domain/means.ts', 'domain/money.ts', 'domain/status-names.ts'],
    types: ['domain'],
  },
  sandbox: {
    may: [
      ...['domain', 'hono', '@hono/node-server', 'zod', 'smtp-server', 'postal-mime', 'fflate'],
      'node:',
    ],
  },
  testing: {
    may: [
      ...['domain', 'client', 'db', 'adapters', 'activities', 'relay', 'api', 'sandbox', 'scripts'],
      ...['@temporalio/worker', '@hono/node-server', 'postgres', 'node:'],
    ],
    types: ['@temporalio/client', 'zod'],
  },
  'config.ts': { may: ['zod', 'node:crypto'] },
  'log.ts': { may: ['pino'] },
}

/** The two files that put the parts together. */
const WIRING: Record<string, { never: readonly string[] }> = {
  'worker.ts': { never: ['api', 'web', 'sandbox'] },
  'api/server.ts': { never: ['workflows', 'activities', 'sandbox'] },
}

/** Files with a need of their own. */
const EXCEPTIONS: Record<string, readonly string[]> = {
  'domain/link.ts': ['node:crypto'],
  'domain/seal.ts': ['node:crypto'],
}

type Import = { from: string; to: string; typeOnly: boolean }

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[\w\s*{},$]+?\sfrom\s+)?'([^']+)'/gm
const DYNAMIC = /\bimport\('([^']+)'\)/g

const IGNORED = ['node_modules', '.longhaul', '.git', 'dist']
const FILES = readdirSync(ROOT)
  .filter((name) => !IGNORED.includes(name))
  .flatMap(filesIn)
  .filter((path) => /\.tsx?$/.test(path))
const IMPORTS = FILES.flatMap(importsOf)

function filesIn(path: string): string[] {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path]
  const inside = readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
  return inside.map((name) => `${path}/${name}`)
}

function importsOf(from: string): Import[] {
  const text = readFileSync(join(ROOT, from), 'utf8')
  const target = (to: string) => (to.startsWith('.') ? normalize(join(dirname(from), to)) : to)
  return [
    ...[...text.matchAll(STATEMENT)].map(([, type, to = '']) => ({
      ...{ from, to: target(to), typeOnly: type !== undefined },
    })),
    ...[...text.matchAll(DYNAMIC)].map(([, to = '']) => ({
      from,
      to: target(to),
      typeOnly: false,
    })),
  ]
}

const layerOf = (path: string) => path.split('/')[0] ?? path

function within(path: string, names: readonly string[]): boolean {
  return names.some(
    (name) => path === name || path.startsWith(name.endsWith(':') ? name : `${name}/`),
  )
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const layer = LAYERS[layerOf(from)]
  if (layer === undefined) return false
  const { may, types = [] } = layer
  const names = [layerOf(from), ...may, ...(EXCEPTIONS[from] ?? []), ...(typeOnly ? types : [])]
  return within(to, names)
}

const shown = ({ from, to, typeOnly }: Import) => `${from} → ${to}${typeOnly ? ' (type)' : ''}`

/** Everything that runs when `path` does. */
function reachedFrom(path: string, reached = new Set<string>()): Set<string> {
  for (const { from, to, typeOnly } of IMPORTS) {
    if (from !== path || typeOnly || reached.has(to)) continue
    reached.add(to)
    reachedFrom(to, reached)
  }
  return reached
}

/** The files of one circle of imports; undefined where there is none. */
function findCircle(): string[] | undefined {
  const done = new Set<string>()
  function visit(path: string, trail: string[]): string[] | undefined {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return undefined
    done.add(path)
    return firstOf(
      IMPORTS.filter(({ from, typeOnly }) => from === path && !typeOnly),
      ({ to }) => visit(to, [...trail, path]),
    )
  }
  return firstOf(FILES, (path) => visit(path, []))
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

describe('layers', () => {
  it.each(Object.keys(LAYERS))('%s imports only what it may', (layer) => {
    const wrong = IMPORTS.filter(({ from }) => layerOf(from) === layer && !(from in WIRING))
    expect(wrong.filter((one) => !isAllowed(one)).map(shown)).toEqual([])
  })

  it.each(Object.entries(WIRING))('%s puts together only what it may', (path, { never }) => {
    const own = IMPORTS.filter(({ from, to }) => from === path && within(to, never))
    expect(own.map(shown)).toEqual([])
  })

  it('of every file are known', () => {
    const free = ['tests', 'scripts', 'bench', 'vitest.config.ts', 'worker.ts']
    const strange = FILES.filter((path) => !(layerOf(path) in LAYERS) && !within(path, free))
    expect(strange).toEqual([])
  })

  it('leave api to itself', () => {
    const users = IMPORTS.filter(({ to }) => layerOf(to) === 'api').map(({ from }) => layerOf(from))
    expect(['api', 'testing', 'tests', 'scripts']).toEqual(
      expect.arrayContaining([...new Set(users)]),
    )
  })

  it('keep Node, zod and links out of whatever a workflow runs', () => {
    const outside = FILES.filter((path) => layerOf(path) === 'workflows').flatMap((path) =>
      [...reachedFrom(path)].filter((to) =>
        within(to, ['domain/link.ts', 'domain/seal.ts', 'node:', 'zod']),
      ),
    )
    expect(outside).toEqual([])
  })

  it('have no circles at run time', () => expect(findCircle()).toBeUndefined())
})
