import pino from 'pino'
import type { Logger } from 'pino'

/**
 * Structured lines on standard output. Callers pass ids and codes, never values; what libraries say is scrubbed of
 * anything that looks personal.
 */
export function createLog(name: string, level: string): Logger {
  return pino({
    name,
    level,
    base: { part: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: scrubError },
  })
}

const MAIL = /[\w.+-]+@[\w-]+\.[\w.]+/g
const DIGITS = /\+?\d[\d -]{9,}\d/g

/** Mail addresses and long runs of digits (phones, cards) out of a text that isn't ours. */
export function scrub(text: string): string {
  return text.replaceAll(MAIL, '<mail>').replaceAll(DIGITS, '<digits>')
}

function scrubError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  return { type: error.name, message: scrub(error.message), stack: scrub(error.stack ?? '') }
}
