import type { Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { decisions } from './decisions.ts'
import { growth } from './growth.ts'
import { logins } from './logins.ts'
import { moving } from './moving.ts'
import { requests } from './requests.ts'
import { revocations } from './revocations.ts'
import { start } from './start.ts'
import { unsealing } from './unsealing.ts'

/** Everything that is measured, in the order of the report. Undefined: not in a quick run. */
export const MEASUREMENTS: Readonly<Record<string, (settings: Settings) => Promise<Section | undefined>>> = {
  requests,
  unsealing,
  decisions,
  logins,
  moving,
  revocations,
  start,
  growth,
}
