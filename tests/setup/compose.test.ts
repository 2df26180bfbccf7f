import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { environment } from '../../config.ts'
import { PROJECT } from '../../scripts/embedded/folder.ts'
import { runScript } from './fixtures/supervisor.ts'

const read = (name: string) => readFileSync(join(PROJECT, name), 'utf8')
const compose = read('docker-compose.yml')
const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, first = '']) => first)

/** What the containers are told otherwise, not by an environment of one machine. */
const BY_IMAGE = ['HOST', 'WORKFLOW_BUNDLE']
/** Only a developer's machine moves the clocks of orders. */
const LOCAL = ['SANDBOX_URL']
const variables = [...new Set(environment.options.flatMap(({ shape }) => Object.keys(shape)))]
const handedOn = variables.filter((name) => ![...BY_IMAGE, ...LOCAL].includes(name))

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'longhaul-compose-'))
})

afterEach(() => rmSync(dir, { recursive: true }))

describe('docker-compose.yml', () => {
  test.each(handedOn)('hands on %s', (name) => {
    expect(compose).toMatch(new RegExp(`^ +${name}:`, 'm'))
  })

  test('takes every secret from outside and has a default for none', () => {
    const secrets = matches(compose, /^ +(\w*(?:_PASSWORD|_KEY|_SECRETS|_PWD)): /gm)
    expect(secrets).toEqual(expect.arrayContaining(['VAULT_KEY', 'POSTGRES_PWD', 'SQL_PASSWORD']))
    for (const name of secrets)
      expect(compose).toMatch(new RegExp(`^ +${name}: \\$\\{\\w+:\\?[^}]+\\}$`, 'm'))
  })

  test('publishes on loopback only', () => {
    const published = matches(compose, /^ +ports: (.+)$/gm)
    expect(published).toHaveLength(3)
    for (const port of published) expect(port).toMatch(/^\['127\.0\.0\.1:[^,]+'\]$/)
  })

  test('gives each container of ours a role that the image knows', () => {
    const roles = matches(compose, /^ +command: \[(\w+)\]$/gm)
    expect(roles).toHaveLength(6)
    for (const role of roles)
      expect(read('deploy/run.sh')).toMatch(new RegExp(`^ +(\\w+ \\| )*${role}\\b.*\\) file=`, 'm'))
  })
})

describe('the image', () => {
  test.each(BY_IMAGE)('brings %s', (name) => {
    expect(read('Dockerfile')).toMatch(new RegExp(`^(ENV|   ) .*\\b${name}=`, 'm'))
  })

  test('refuses a role that it does not know and names those there are', () => {
    const door = spawnSync(join(PROJECT, 'deploy/run.sh'), ['web'], { encoding: 'utf8' })
    expect(door).toMatchObject({ status: 64, stderr: expect.stringMatching(/api, worker/) })
  })
})

describe('docs/deployment.md', () => {
  test.each(variables)('explains %s', (name) => {
    expect(read('docs/deployment.md')).toContain(`\`${name}\``)
  })
})

describe('the secrets of a deployment', () => {
  const secrets = (...args: string[]) => runScript('secrets', join(dir, '.env'), ...args)
  const made = () => parseEnv(readFileSync(join(dir, '.env'), 'utf8'))

  test('with the sandbox are all that Compose asks for, behind closed doors', () => {
    expect(secrets('--sandbox').status).toBe(0)
    const asked = new Set(matches(compose, /\$\{(\w+):\?/g))
    expect(Object.keys(made())).toEqual(expect.arrayContaining([...asked]))
    expect(statSync(join(dir, '.env')).mode & 0o777).toBe(0o600)
  })

  test('are never made twice', () => {
    secrets()
    const before = made()
    secrets('--sandbox')
    expect(made()).toMatchObject(before)
  })
})
