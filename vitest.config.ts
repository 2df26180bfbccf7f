import { defineConfig } from 'vitest/config'

const infrastructure = ['testing/setup.ts']
const browser = ['tests/support/browser-setup.ts']
/** Starting real servers on two busy cores. */
const SERVERS_MS = 60_000
/** A whole stack is killed and revived, several times in one test. */
const CHAOS_MS = 240_000

export default defineConfig({
  test: {
    // Flow tests share two cores with Temporal, PostgreSQL and their own workers.
    maxWorkers: 2,
    projects: [
      project('unit', {}),
      project('sandbox', { testTimeout: 15_000 }),
      project('setup', { testTimeout: SERVERS_MS, hookTimeout: SERVERS_MS }),
      project('flow', servers({ globalSetup: infrastructure })),
      project('api', servers({ globalSetup: infrastructure })),
      project('web', servers({ globalSetup: [...infrastructure, ...browser] })),
      project('chaos', {
        testTimeout: CHAOS_MS,
        hookTimeout: CHAOS_MS,
        maxWorkers: 1,
        // After everything else: another stack's load would look like the fault under test.
        sequence: { groupOrder: 1 },
      }),
    ],
  },
})

function servers<T extends object>(options: T) {
  return { testTimeout: SERVERS_MS, hookTimeout: SERVERS_MS, ...options }
}

function project<T extends object>(name: string, options: T) {
  return {
    extends: true as const,
    test: { name, include: [`tests/${name}/**/*.test.ts`], ...options },
  }
}
