import { verify } from '@node-rs/argon2'

export interface StoredArgon2 {
  readonly algorithm: 'argon2id' | 'argon2i' | 'argon2d'
  readonly version: 16 | 19
  readonly memoryKiB: number
  readonly iterations: number
  readonly parallelism: number
  readonly saltBytes: number
  readonly outputBytes: number
  /** The hash in the PHC string format, without the label of another system. */
  readonly text: string
  /** Set when another system's label shows that this system made the hash. Such a hash is of the password as typed. */
  readonly isForeign?: true
}

export function verifyArgon2({ text }: StoredArgon2, password: string): Promise<boolean> {
  return verify(text, password)
}
