import { describe, expect, test } from 'vitest'
import { type Epochs, judgeEpochs } from '../../scripts/embedded/epoch.ts'

const nothing: Epochs = {
  postgres: undefined,
  temporal: undefined,
  postgresData: false,
  temporalData: false,
}
const whole: Epochs = { postgres: 'a', temporal: 'a', postgresData: true, temporalData: true }

describe('the data of PostgreSQL and Temporal', () => {
  test.for<[string, Partial<Epochs>, string]>([
    ['with one id belong together', {}, 'same'],
    ['with two ids do not', { temporal: 'b' }, 'different'],
    ['without PostgreSQL are torn', { postgres: undefined, postgresData: false }, 'different'],
    ['without Temporal are torn', { temporalData: false }, 'different'],
    ['with a foreign PostgreSQL are torn', { postgres: undefined }, 'different'],
    ['before Temporal was ever up are whole', { temporal: undefined }, 'interrupted'],
    ['that are not there begin anew', nothing, 'fresh'],
    ['with Temporal alone are torn', { ...nothing, temporalData: true }, 'different'],
  ])('%s', ([, found, verdict]) => {
    expect(judgeEpochs({ ...whole, ...found })).toBe(verdict)
  })
})
