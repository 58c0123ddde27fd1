import { type Action, serveBlocks } from './blocks.ts'
import { filledRevocations, idAt, sessionIds } from './filled-revocations.ts'

/** Of so many sessions it is asked in turn, so that little of what is looked at is in a cache of the processor. */
const ASKED = 1_000_000

/** Each argument is how many revocations there are. */
serveBlocks(() => {
  const revoked = sessionIds(ASKED)
  const live = sessionIds(ASKED)
  const read = (ids: Buffer, index: number) => ({
    id: idAt(ids, (index * 7919) % ASKED),
    userId: 'local:somebody',
    startedAtRevision: 0,
    confirmedAtRevision: 0,
  })
  const actions: Record<string, Action> = { read: (index) => read(live, index) }
  for (const count of process.argv.slice(2).map(Number)) {
    const revocations = filledRevocations(revoked, count)
    actions[`live ${count}`] = (index) => revocations.stateOf(read(live, index))
    // Of fewer, more would be in a cache of the processor, to read them as well.
    if (count === ASKED) actions.revoked = (index) => revocations.stateOf(read(revoked, index))
  }
  return actions
})
