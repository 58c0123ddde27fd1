import { decide } from 'ostiary'
import { type Action, serveBlocks } from './blocks.ts'
import { questions } from './questions.ts'

/** Each argument is one size: permissions of the application, and roles of the person who asks, such as `10/1`. */
serveBlocks(async () => {
  const actions: Record<string, Action> = {}
  for (const size of process.argv.slice(2)) {
    const [permissions, roles] = size.split('/').map(Number) as [number, number]
    const { user, requirementAt } = await questions(permissions, roles)
    actions.loop ??= requirementAt
    actions[size] = (index) => decide(user, requirementAt(index))
  }
  return actions
})
