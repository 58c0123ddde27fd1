import type { Auth } from './auth.ts'
import type { JoinedExtensions } from './core-services.ts'
import type { Foundation } from './foundation.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { SourceChain } from './users/source-chain.ts'
import { warnOfUnshared } from './warn-unshared.ts'

/** Opens and closes the parts of an Auth, and reports their health. */
export function createLifecycle(
  { homeSources, keys, recordStore, roleAssignments, store, throttling, ...foundation }: Foundation,
  chain: SourceChain,
  sessions: Sessions,
  extensions: Pick<JoinedExtensions, 'ready' | 'close'>,
): Pick<Auth, 'ready' | 'close' | 'health'> {
  const keepers = [...chain.sources, homeSources, roleAssignments]
  let opened: Promise<void> | undefined

  async function open(): Promise<void> {
    await keys.ready()
    await Promise.all(keepers.map((each) => each?.ready?.()))
    await sessions.ready()
    await throttling?.ready()
    if (foundation.extensions.length > 0) await recordStore.ready?.()
    await extensions.ready()
    warnOfUnshared(store, keepers)
  }

  return {
    async ready() {
      opened ??= open()
      try {
        await opened
      } catch (error) {
        // The next call tries again.
        opened = undefined
        throw error
      }
    },

    async close() {
      opened = undefined
      await extensions.close()
      await sessions.close()
      await Promise.all(chain.sources.map((source) => source.close?.()))
    },

    health() {
      const sources = chain.circuits()
      const connected = sessions.isConnected()
      const healthy = connected && sources.every(({ circuit }) => circuit === 'closed')
      return { healthy, sources, sessions: { store: store.name, connected } }
    },
  }
}
