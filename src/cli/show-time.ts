/** Returns a time for display, to the second and always in UTC: `2026-01-31 09:30:00Z`. */
export function showTime(time: Date | number): string {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.\d+/, '')
}
