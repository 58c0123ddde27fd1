/** argon2id as Ostiary has it by default, in the words of the library. */
export const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const
