import type { Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { deciding } from './growth/deciding.ts'
import { loggingIn } from './growth/logging-in.ts'
import { reading } from './growth/reading.ts'
import { revoking } from './growth/revoking.ts'
import { telling } from './growth/telling.ts'

/** What costs more where there is more of something. */
export async function growth(settings: Settings): Promise<Section> {
  const curves = []
  for (const measure of [loggingIn, deciding, reading, revoking, telling]) curves.push(...(await measure(settings)))
  return {
    title: 'What grows, and what does not',
    method:
      'What a thing costs while there is more and more of something. What is drawn are medians, with their intervals as ' +
      'bars; below are the figures. Whether a line is flat is judged only where there is a goal.',
    curves,
  }
}
