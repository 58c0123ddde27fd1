import { writeFile } from 'node:fs/promises'
import { chartOf } from './chart.ts'
import { curvesChartOf } from './curves-chart.ts'
import { markdownOf, type Section } from './report.ts'

const DOCS = new URL('../../docs/', import.meta.url)

const FRONT =
  '# Performance\n\n' +
  'What authentication costs, as ratios between alternatives that are measured in turns, in one run on one machine, in ' +
  'random order. Figures are medians. Behind a ratio stands the interval that holds the true one with 95 % certainty; ' +
  'where a goal lies inside it, the noise is larger than the difference, and nothing is said. `npm run bench` measures ' +
  'most of it anew in five minutes, `npm run bench:full` all of it; with `-- --write`, either of them writes this page.'

/** Writes docs/performance.md and its charts. */
export async function writeDocs(intro: string, sections: readonly Section[]): Promise<void> {
  const parts = [FRONT, intro]
  for (const section of sections) {
    const drawn = draw(section)
    if (drawn) await writeFile(new URL(drawn.file, DOCS), drawn.svg)
    parts.push(markdownOf(section, drawn && `![${drawn.title}](${drawn.file})`).trimEnd())
  }
  await writeFile(new URL('performance.md', DOCS), `${parts.map(wrapped).join('\n\n')}\n`)
}

function draw(section: Section): { file: string; title: string; svg: string } | undefined {
  if ('curves' in section) {
    const { title, curves } = section
    return { file: 'performance-growth.svg', title, svg: curvesChartOf(title, curves) }
  }
  const { chart } = section
  return chart && { file: 'performance.svg', title: chart.title, svg: chartOf(chart) }
}

/** Prose within 120 columns; rows of tables stay as they are. */
function wrapped(text: string): string {
  return text.split('\n').flatMap(wrapLine).join('\n')
}

function wrapLine(line: string): string[] {
  if (line.length <= COLUMNS || line.startsWith('|')) return [line]
  const cut = line.lastIndexOf(' ', COLUMNS)
  return cut <= 0 ? [line] : [line.slice(0, cut), ...wrapLine(line.slice(cut + 1))]
}

const COLUMNS = 120
