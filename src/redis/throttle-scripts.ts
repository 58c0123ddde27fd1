import { defineScript } from './script.ts'

// A count is a number in a key that expires. The time of its expiry identifies the count.

/**
 * Adds one below the limit. Returns 1 when one was added, the number of attempts, and the end of the count. A new count
 * gets its expiry in the same command.
 */
export const CONSUME = defineScript(`
local name = KEYS[1]
local limit, window = unpack(ARGV)
local count = tonumber(redis.call('GET', name) or '0')
local consumed = count < tonumber(limit)
if consumed then
  if count == 0 then redis.call('SET', name, 1, 'PX', window) else redis.call('INCR', name) end
  count = count + 1
end
return { consumed and 1 or 0, count, redis.call('PEXPIRETIME', name) }
`)

/** Subtracts one, unless another count has begun since. */
export const GIVE_BACK = defineScript(`
local name = KEYS[1]
if redis.call('PEXPIRETIME', name) ~= tonumber(ARGV[1]) then return end
if redis.call('DECR', name) <= 0 then redis.call('DEL', name) end
`)

/** Returns the name, the number and the end of each count. Leaves out counts that have ended. */
export const READ = defineScript(`
local found = {}
for _, name in ipairs(KEYS) do
  local count = redis.call('GET', name)
  if count then found[#found + 1] = { name, tonumber(count), redis.call('PEXPIRETIME', name) } end
end
return found
`)
