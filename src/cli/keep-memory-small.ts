import { setFlagsFromString } from 'node:v8'

/**
 * Makes V8 collect garbage sooner. By default, V8 takes the available memory first. A long list of users then needs
 * half the memory, and a few percent more time.
 */
export function keepMemorySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=10')
}
