import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { BCRYPT } from './hashes.ts'

/** One of very many users, whose hash is like nobody else's. */
export function manyUser(index: number) {
  const figure = String(index).padStart(8, '0')
  const salted = Buffer.from(figure.repeat(4)).subarray(0, 28).toString('base64')
  const hashes = [BCRYPT.replace(/.{8}(?=.{10}$)/, figure), `$apr1$${figure}$F7aeBTeQMMRn.ixS/n/zs.`, `{SSHA}${salted}`]
  const roles = [['Viewer'], ['Administrator', 'Viewer'], []]
  return {
    // In no order that a table likes.
    username: `user${String((index * 7919) % 1_000_003).padStart(7, '0')}`,
    hash: hashes[index % hashes.length] as string,
    roles: roles[index % 4] ?? [],
    description: `Somebody ${figure} `.repeat(12),
  }
}

export async function writeManyUsers(file: string, count: number): Promise<void> {
  const stream = createWriteStream(file)
  stream.write('username,password_hash,roles,description\n')
  for (let index = 0; index < count; index += 1) {
    const { username, hash, roles, description } = manyUser(index)
    if (!stream.write(`${username},${hash},"${roles.join(',')}",${description}\n`)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'close')
}
