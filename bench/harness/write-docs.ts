import type { Section } from './report.ts'
export async function writeDocs(_intro: string, _sections: readonly Section[]): Promise<void> {}
