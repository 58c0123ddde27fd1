import { defineScript } from './script.ts'

// A record is a hash: v (value), o (owner, or missing), e (end in milliseconds, or missing). Two sorted sets, of its
// kind and of its owner, hold its key with its end as the score, so that what has ended is removed with the next one.

/** Whether a hash is live: called with the name of its key and the time. */
const LIVE = `
local function live(name, now)
  local e = redis.call('HGET', name, 'e')
  return redis.call('EXISTS', name) == 1 and (not e or tonumber(now) < tonumber(e))
end`

/** KEYS: record, kind, owner (or the kind again). ARGV: now, value, hasOwner, owner, end or '', key, member, beginning of the names of owners. */
export const ADD = defineScript(`${LIVE}
if live(KEYS[1], ARGV[1]) then return 0 end
local former = redis.call('HGET', KEYS[1], 'o')
if former then redis.call('ZREM', ARGV[8] .. former, ARGV[7]) end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'v', ARGV[2])
local score = '+inf'
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[1], 'e', ARGV[5])
  redis.call('PEXPIREAT', KEYS[1], tonumber(ARGV[5]) + 86400000)
  score = ARGV[5]
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])
redis.call('ZADD', KEYS[2], score, ARGV[6])
if ARGV[3] == '1' then
  redis.call('HSET', KEYS[1], 'o', ARGV[4])
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[1])
  redis.call('ZADD', KEYS[3], score, ARGV[7])
end
return 1`)

/** KEYS: records. ARGV: now. Returns value, owner and end of each, or false. */
export const READ_RECORDS = defineScript(`${LIVE}
local found = {}
for index, name in ipairs(KEYS) do
  found[index] = live(name, ARGV[1]) and redis.call('HMGET', name, 'v', 'o', 'e') or false
end
return found`)

/** KEYS: record, kind. ARGV: now, before, value, end or '', key, beginning of the names of owners, member. */
export const REPLACE = defineScript(`${LIVE}
if not live(KEYS[1], ARGV[1]) or redis.call('HGET', KEYS[1], 'v') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[3])
local score = '+inf'
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[1], 'e')
  redis.call('PERSIST', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'e', ARGV[4])
  redis.call('PEXPIREAT', KEYS[1], tonumber(ARGV[4]) + 86400000)
  score = ARGV[4]
end
redis.call('ZADD', KEYS[2], score, ARGV[5])
local owner = redis.call('HGET', KEYS[1], 'o')
if owner then redis.call('ZADD', ARGV[6] .. owner, score, ARGV[7]) end
return 1`)

/** KEYS: record, kind. ARGV: now, key, beginning of the names of owners, member. Returns the record, and whether it was there. */
export const TAKE = defineScript(`${LIVE}
local there = redis.call('EXISTS', KEYS[1])
local found = live(KEYS[1], ARGV[1]) and redis.call('HMGET', KEYS[1], 'v', 'o', 'e') or false
local owner = redis.call('HGET', KEYS[1], 'o')
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
if owner then redis.call('ZREM', ARGV[3] .. owner, ARGV[4]) end
return { there, found }`)
