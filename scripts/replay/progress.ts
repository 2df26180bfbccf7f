/** Between two lines of a log file; a terminal's line is renewed as often as eyes can follow. Milliseconds. */
const LINE_EVERY = 5_000
const RENEW_EVERY = 200

export type Progress = { step(failed: boolean): void; end(): void }

/** How far it is, how fast it goes and how long it will take; one line that renews itself where that is possible. */
export function showProgress(total: number, out: NodeJS.WriteStream = process.stdout): Progress {
  const start = performance.now()
  let [done, failures, shown] = [0, 0, start]
  const show = () => {
    const line = lineOf({ done, failures, total, seconds: (performance.now() - start) / 1000 })
    out.write(out.isTTY ? `\r\u001b[2K  ${line}` : `  ${line}\n`)
  }
  return {
    step(failed) {
      done += 1
      if (failed) failures += 1
      const now = performance.now()
      if (now - shown < (out.isTTY ? RENEW_EVERY : LINE_EVERY)) return
      shown = now
      show()
    },
    end() {
      show()
      if (out.isTTY) out.write('\n')
    },
  }
}

type State = { done: number; failures: number; total: number; seconds: number }

function lineOf({ done, failures, total, seconds }: State): string {
  const rate = (done - failures) / Math.max(seconds, 0.001)
  const left = done === 0 ? '' : ` · ${durationOf(((total - done) * seconds) / done)} left`
  const failed = failures === 0 ? '' : ` · ${failures} failed`
  const said = done === total ? ` in ${durationOf(seconds)}` : left
  return `${done} of ${total} orders · ${rate.toFixed(1)} orders/s${said}${failed}`
}

function durationOf(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
