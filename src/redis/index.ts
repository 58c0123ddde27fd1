export { openRedis, type RedisConnection, type RedisOptions } from './open-redis.ts'
export { type RedisRecordsOptions, redisRecords } from './redis-records.ts'
export { type RedisSessionsOptions, redisSessions } from './redis-sessions.ts'
export { type RedisThrottleOptions, redisThrottle } from './redis-throttle.ts'
