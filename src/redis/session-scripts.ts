import { defineScript } from './script.ts'

/**
 * Times and numbers stay text in these scripts. Why: Lua has only floating point, and writes long numbers with an
 * exponent.
 */

/**
 * Lets a script run when Redis is out of memory. Why: sessions must still end, and live sessions must go on. Such
 * scripts take little memory, and ending sessions frees more. Redis expects these flags in the very first line.
 */
const EVEN_WHEN_FULL = '#!lua flags=allow-oom'

/**
 * Returns the time of the process or of the server, whichever is behind. Why: rows that others still need must stay.
 */
const OVER_BY = `
local function over_by(now)
  local time = redis.call('TIME')
  return string.format('%.0f', math.min(tonumber(now), time[1] * 1000 + math.floor(time[2] / 1000)))
end
`

/**
 * Returns the number of the latest change.
 *
 * Data was lost when the number is missing, or a process knows a higher number (`heard`). The number then continues
 * from the clock of the server or the known number, whichever is ahead. Changes up to `knownSince` may be missing.
 */
const LATEST = `
local function in_digits(number)
  return string.format('%.0f', number)
end

local function microseconds()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local function latest_change(numbers, heard)
  local latest = tonumber(redis.call('HGET', numbers, 'latest') or '0')
  if latest > 0 and latest >= tonumber(heard) then return latest end
  latest = math.max(microseconds(), tonumber(heard))
  redis.call('HSET', numbers, 'latest', in_digits(latest), 'knownSince', in_digits(latest))
  return latest
end
`

/**
 * Returns the number of the change that last ended all sessions. A session with an older number has ended, even where
 * an index still lists it.
 */
const GENERATION = `
local function generation_of(numbers)
  return redis.call('HGET', numbers, 'allRevoked') or '0'
end
`

export const REVISION = defineScript(`${EVEN_WHEN_FULL}${LATEST}
return in_digits(latest_change(KEYS[1], ARGV[1]))
`)

/**
 * Stores a session, and removes more expired entries than it adds. Returns 0 without storing when a change after the
 * position ended the session, or may have ended it before data was lost.
 */
export const START = defineScript(`${OVER_BY}${LATEST}${GENERATION}
local session, user, started, expiring, numbers, revoked = unpack(KEYS)
local position, heard, now, member, expires_at = unpack(ARGV, 1, 5)
latest_change(numbers, heard)
local generation = generation_of(numbers)
for _, number in ipairs({ generation, redis.call('HGET', numbers, 'knownSince'), redis.call('GET', revoked) or '0' }) do
  if tonumber(number) > tonumber(position) then return 0 end
end
redis.call('HSET', session, 'generation', generation, unpack(ARGV, 6))
redis.call('PEXPIREAT', session, expires_at)
redis.call('ZADD', user, expires_at, member)
redis.call('PEXPIREAT', user, expires_at, 'NX')
redis.call('PEXPIREAT', user, expires_at, 'GT')
redis.call('ZADD', started, 0, member)
redis.call('ZADD', expiring, expires_at, member)
local over = over_by(now)
redis.call('ZREMRANGEBYSCORE', user, '-inf', over)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', expiring, '-inf', over, 'LIMIT', 0, 100)) do
  redis.call('ZREM', started, gone)
  redis.call('ZREM', expiring, gone)
end
return 1
`)

/** Returns the number of the latest change, or nil when the session has ended. */
export const CONFIRM = defineScript(`${EVEN_WHEN_FULL}${LATEST}${GENERATION}
local session, numbers = unpack(KEYS)
local at, heard = unpack(ARGV)
local found = redis.call('HMGET', session, 'expiresAt', 'generation')
if not found[1] or tonumber(found[1]) <= tonumber(at) then return nil end
if found[2] ~= generation_of(numbers) then return nil end
redis.call('HSET', session, 'lastSeenAt', at)
return in_digits(latest_change(numbers, heard))
`)

/** Returns the values of these fields for each session of a list of keys. Leaves out ended sessions. */
export const READ = defineScript(`${GENERATION}
local generation = generation_of(KEYS[1])
local found = {}
for index = 2, #KEYS do
  local session = redis.call('HMGET', KEYS[index], 'generation', unpack(ARGV))
  if session[1] == generation then
    table.remove(session, 1)
    found[#found + 1] = session
  end
end
return found
`)

/**
 * Numbers a change, ends the sessions that it concerns, and appends it to the stream, all atomically.
 *
 * Revoking all sessions takes as long as revoking one, for any number of sessions. They are counted by the index, and
 * end through a new generation. Their keys disappear when they expire.
 */
export const RECORD = defineScript(`${EVEN_WHEN_FULL}${OVER_BY}${LATEST}${GENERATION}
local changes, outdated, started, expiring, numbers, user, revoked = unpack(KEYS)
local kind, subject, ends, now, heard, session_prefix, user_prefix = unpack(ARGV)
local current = generation_of(numbers)
local sequence = in_digits(math.max(latest_change(numbers, heard) + 1, microseconds()))
local ended = 0

local function living(id)
  local names = { 'generation', 'expiresAt', 'userId', 'member' }
  local values = redis.call('HMGET', session_prefix .. id, unpack(names))
  if values[1] ~= current or tonumber(values[2]) <= tonumber(now) then return nil end
  local session = {}
  for index, name in ipairs(names) do session[name] = values[index] end
  return session
end

local function finish(id, session)
  redis.call('DEL', session_prefix .. id)
  redis.call('ZREM', user_prefix .. session.userId, session.member)
  redis.call('ZREM', started, session.member)
  redis.call('ZREM', expiring, session.member)
  ended = ended + 1
end

redis.call('HSET', numbers, 'latest', sequence)
if kind == 'session-revoked' then
  local session = living(subject)
  if session then
    ends = session.expiresAt
    finish(subject, session)
  end
elseif kind == 'all-revoked' then
  ended = redis.call('ZCOUNT', expiring, '(' .. now, '+inf')
  redis.call('HSET', numbers, 'allRevoked', sequence)
  redis.call('UNLINK', started, expiring)
elseif kind == 'user-revoked' or kind == 'logins-revoked' then
  for _, member in ipairs(kind == 'user-revoked' and redis.call('ZRANGE', user, 0, -1) or {}) do
    local id = string.sub(member, 18)
    local session = living(id)
    if session then finish(id, session) end
  end
  redis.call('SET', revoked, sequence)
  redis.call('PEXPIREAT', revoked, in_digits(math.ceil(tonumber(ends))))
end

local names_and_values = { 'type', kind, 'subject', subject, 'sequence', sequence, 'until', ends }
local change = redis.call('XADD', changes, '*', unpack(names_and_values))
redis.call('ZADD', outdated, ends, change)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', outdated, '-inf', over_by(now), 'LIMIT', 0, 100)) do
  redis.call('XDEL', changes, gone)
  redis.call('ZREM', outdated, gone)
end
return { sequence, ends, ended }
`)
