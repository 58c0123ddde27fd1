// Loaded before the command line: at its end, says how much memory it ever had.
import { writeFileSync } from 'node:fs'

process.once('exit', () => writeFileSync(process.env.BENCH_PEAK_FILE, String(process.resourceUsage().maxRSS)))
