/** One line on the terminal that shows the progress of long work. Hidden when standard error is no terminal. */
export interface ProgressLine {
  show(done: number, part: number | undefined): void
  /** Removes the line. */
  end(): void
}

export function createProgressLine(now: () => number = () => performance.now()): ProgressLine {
  const startedAt = now()
  let shownAt = Number.NEGATIVE_INFINITY
  const isShown = process.stderr.isTTY === true
  return {
    show(done, part) {
      if (!isShown || now() - shownAt < PAUSE_MS) return
      shownAt = now()
      process.stderr.write(`\r\u001b[K${progressText(done, part, (shownAt - startedAt) / 1000)}`)
    },
    end() {
      if (shownAt > 0) process.stderr.write('\r\u001b[K')
    },
  }
}

const PAUSE_MS = 200
const BAR = 24

/** Returns `[######      ]  50 %  12,000 users  24,000/s  0:01 left`, without the parts that are unknown. */
export function progressText(done: number, part: number | undefined, seconds: number): string {
  const users = `${done.toLocaleString('en')} users  ${Math.round(done / Math.max(seconds, 0.001)).toLocaleString('en')}/s`
  if (part === undefined || part <= 0) return users
  const filled = '#'.repeat(Math.round(BAR * part)).padEnd(BAR)
  return `[${filled}] ${String(Math.floor(100 * part)).padStart(3)} %  ${users}  ${clock((seconds * (1 - part)) / part)} left`
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const padded = String(rest).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${padded}` : `${minutes}:${padded}`
}
