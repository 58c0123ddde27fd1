/**
 * Returns milliseconds since 1970-01-01 UTC, like `Date.now`. Injected, so that tests of expiry run without sleeping.
 */
export type Clock = () => number
