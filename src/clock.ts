/** Tells the time, in milliseconds since 1970 (like `Date.now`). Injected, so that tests of expiry need not sleep. */
export type Clock = () => number
