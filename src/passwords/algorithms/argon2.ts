import { verify } from '@node-rs/argon2'

export interface StoredArgon2 {
  readonly algorithm: 'argon2id' | 'argon2i' | 'argon2d'
  readonly version: 16 | 19
  readonly memoryKiB: number
  readonly iterations: number
  readonly parallelism: number
  readonly saltBytes: number
  readonly outputBytes: number
  /** In the PHC string format, without what another system put around it. */
  readonly text: string
  /** Set when another system's label shows that it made the hash: of the password as typed. */
  readonly isForeign?: true
}

export function verifyArgon2({ text }: StoredArgon2, password: string): Promise<boolean> {
  return verify(text, password)
}
