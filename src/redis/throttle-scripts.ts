import { defineScript } from './script.ts'

// A count is a number that expires, and which one it is is told by when it does.

/** Whether one was added, how many there are now, and when they end. What begins is set to expire in the same breath. */
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

/** Takes one off, unless another count has begun since. */
export const GIVE_BACK = defineScript(`
local name = KEYS[1]
if redis.call('PEXPIRETIME', name) ~= tonumber(ARGV[1]) then return end
if redis.call('DECR', name) <= 0 then redis.call('DEL', name) end
`)

/** The name, the number and the end of each of these counts. What has ended is left out. */
export const READ = defineScript(`
local found = {}
for _, name in ipairs(KEYS) do
  local count = redis.call('GET', name)
  if count then found[#found + 1] = { name, tonumber(count), redis.call('PEXPIRETIME', name) } end
end
return found
`)
