import type { Behaviour, FaultyProxy } from '../servers/faulty-proxy.ts'
import { NAMES, type Name, type Place } from './wires.ts'

/** Something that goes wrong between a application and a place. */
export interface Fault {
  readonly title: string
  /** What the trail says about it. */
  readonly reason: RegExp
  /** Whether people wait for it, so that the circuit opens. */
  readonly slow: boolean
  readonly places: readonly Name[]
  bring(wire: FaultyProxy, place: Place): unknown
  mend(wire: FaultyProxy, place: Place): unknown
}

function onTheWire(behaviour: Behaviour): Pick<Fault, 'bring' | 'mend'> {
  return { bring: (wire) => wire.behave(behaviour), mend: (wire) => wire.behave('pass') }
}

/** Another server answers at its address. */
function impostor(which: 'expired' | 'stranger'): Pick<Fault, 'bring' | 'mend'> {
  const lead = (wire: FaultyProxy, port: number) => {
    wire.leadTo(port)
    wire.cut()
  }
  return {
    bring: (wire, place) => lead(wire, place[which] ?? 0),
    mend: (wire, place) => lead(wire, place.port()),
  }
}

const WITH_TLS = ['ldap', 'sap'] as const
export const FAULTS: readonly Fault[] = [
  {
    title: 'its port is closed',
    // Or that of a connection which rested, if nobody has noticed yet that it is gone.
    reason: /ECONNREFUSED|terminated|lost/,
    slow: false,
    places: NAMES,
    bring: (wire) => wire.shut(),
    mend: (wire) => wire.reopen(),
  },
  {
    title: 'it accepts connections and says nothing',
    reason: /no answer within/,
    slow: true,
    places: NAMES,
    ...onTheWire('silent'),
  },
  {
    title: 'its answers break off',
    reason: /ECONNRESET|closed|terminated|lost|disconnected/,
    slow: false,
    places: NAMES,
    ...onTheWire('half'),
  },
  {
    title: 'its answers come too late, byte by byte',
    reason: /no answer within/,
    slow: true,
    places: NAMES,
    ...onTheWire('drip'),
  },
  {
    title: 'its certificate has expired',
    reason: /expired/,
    slow: false,
    places: WITH_TLS,
    ...impostor('expired'),
  },
  {
    title: 'its certificate is of another authority',
    reason: /certificate/,
    slow: false,
    places: WITH_TLS,
    ...impostor('stranger'),
  },
  {
    title: 'it was killed',
    reason: /ECONNRESET|closed|terminated|lost|disconnected/,
    slow: false,
    places: WITH_TLS,
    bring: (_, place) => place.kill?.(),
    async mend(wire, place) {
      await place.revive?.()
      wire.leadTo(place.port())
    },
  },
]
