import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What becomes of processes that are not so lucky: full garbage collections while nothing is pending. */
export async function loseTickShape(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // Often enough for V8 to have taken notice of what they look like.
  await ticks(300)
  // It lets shapes live a little longer than their objects.
  for (let time = 0; time < 4; time += 1) {
    await sleep(10)
    collect()
    await ticks(10)
  }
}

/** Lets so many pass, each of which asks for the next. */
function ticks(many: number): Promise<void> {
  return new Promise((resolve) => {
    const tick = (left: number): void => (left === 0 ? resolve() : process.nextTick(tick, left - 1))
    tick(many)
  })
}
