import { spawnSync } from 'node:child_process'
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { SharedStore } from './shared-stores.ts'

/** A file on a disk that has room for it until it is filled. */
export interface SmallDisk extends SharedStore {
  fill(): void
  free(): Promise<void>
}

/**
 * A file system of its own in memory, where we may mount one, as root. Elsewhere a limit to the size of the files that this
 * process writes, which SQLite takes for an error of the disk.
 */
export async function smallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-disk-'))
  const disk = join(folder, 'disk')
  await mkdir(disk)
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status === 0
  onTestFinished(async () => {
    if (isMounted) spawnSync('umount', ['--lazy', disk])
    else limit('unlimited')
    await rm(folder, { recursive: true })
  })
  const filler = join(disk, 'filler')
  const url = `sqlite:${disk}/application.db`
  return {
    name: isMounted ? 'a small file system' : 'a limit to the size of files',
    create: async () => ({ address: { store: url, people: url }, drop: async () => {} }),
    stop: async () => {},
    fill: () => (isMounted ? fillWith(filler) : limit(`${statSync(`${disk}/application.db-wal`).size}`)),
    free: async () => (isMounted ? await rm(filler) : limit('unlimited')),
  }
}

function limit(size: string): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${size}:`])
  if (status !== 0) throw new Error(`prlimit: ${stderr}`)
}

function fillWith(file: string): void {
  const descriptor = openSync(file, 'w')
  try {
    for (let size = 65_536; size > 0; ) {
      try {
        writeSync(descriptor, Buffer.alloc(size))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause
        size = Math.floor(size / 2)
      }
    }
  } finally {
    closeSync(descriptor)
  }
}
