import { serveBlocks } from './blocks.ts'
import { filledRevocations, idAt, sessionIds } from './filled-revocations.ts'

const COUNT = 1_000_000

serveBlocks(() => {
  const revoked = sessionIds(COUNT)
  const live = sessionIds(COUNT)
  const revocations = filledRevocations(revoked)
  const read = (ids: Buffer, index: number) => ({
    id: idAt(ids, (index * 7919) % COUNT),
    userId: 'local:somebody',
    startedAfter: 0,
    confirmedAfter: 0,
  })
  return {
    read: (index) => read(live, index),
    live: (index) => revocations.judge(read(live, index)),
    revoked: (index) => revocations.judge(read(revoked, index)),
  }
})
