// Measures what authentication costs, and prints a table for each measurement.
import { machineText } from './harness/machine.ts'
import { markdownOf, type Section } from './harness/report.ts'
import { readSettings, USAGE } from './harness/settings.ts'
import { writeDocs } from './harness/write-docs.ts'
import { MEASUREMENTS } from './measurements/measurements.ts'

const settings = readSettings(process.argv.slice(2))
if (settings === 'help') {
  console.log(USAGE)
} else {
  const unknown = settings.only.filter((name) => !(name in MEASUREMENTS))
  if (unknown.length > 0)
    throw new Error(
      `There is no measurement ${unknown.join(', ')}: it is one of ${Object.keys(MEASUREMENTS).join(', ')}.`,
    )
  if (settings.write && settings.only.length > 0) throw new Error('--write is for a run of all measurements.')
  const intro = machineText(settings)
  console.log(`${intro}\n`)
  const sections: Section[] = []
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (settings.only.length > 0 && !settings.only.includes(name)) continue
    const start = performance.now()
    const section = await measure(settings)
    if (!section) continue
    sections.push(section)
    console.log(markdownOf(section))
    console.error(`(${name} took ${Math.round((performance.now() - start) / 1000)} s)\n`)
  }
  if (settings.write) await writeDocs(intro, sections)
}
