/**
 * What all scripts begin with. Arguments: now, lease, then technique, limit, length and amount of each key. Windows are
 * hashes of start, current and previous count; held slots are sorted sets of leases, scored by when they run out.
 */
const PRELUDE = `
local now, lease = tonumber(ARGV[1]), ARGV[2]

local function text(number)
  return string.format('%.17g', number)
end

local function demand(i)
  local at = 2 + (i - 1) * 4
  return ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
end

local function windows(key, length)
  local start = now - now % length
  local kept = redis.call('HMGET', key, 's', 'c', 'p')
  local s, c, p = tonumber(kept[1]), tonumber(kept[2]), tonumber(kept[3])
  if s == start or s == start + length then return s, c, p end
  if s == start - length then return start, 0, c end
  return start, 0, 0
end

local function count(key, length, amount)
  local s, c, p = windows(key, length)
  redis.call('HSET', key, 's', text(s), 'c', text(c + amount), 'p', text(p))
  redis.call('PEXPIRE', key, text(math.ceil(2 * length)))
end
`;

/** Answers whether all was counted, then three values for each key: the windows, or the slots held and when one is free. */
export const TAKE: string = `${PRELUDE}
local allowed = 1
local answer = {}
for i, key in ipairs(KEYS) do
  local technique, limit, length, amount = demand(i)
  local used
  if technique == 'concurrent' then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now))
    used = redis.call('ZCARD', key)
    local before = math.max(0, used + math.max(amount, 1) - limit - 1)
    local free = redis.call('ZRANGE', key, text(before), text(before), 'WITHSCORES')
    answer[i] = { text(used), free[2] or '', '' }
  else
    local s, c, p = windows(key, length)
    answer[i] = { text(s), text(c), text(p) }
    used = c
    if technique == 'sliding' then used = p * (length - math.max(0, now - s)) / length + c end
  end
  local room = used < limit
  if amount > 0 then room = used + amount <= limit end
  if not room then allowed = 0 end
end
if allowed == 1 then
  for i, key in ipairs(KEYS) do
    local technique, _, length, amount = demand(i)
    if amount > 0 and technique == 'concurrent' then
      for slot = 1, amount do
        redis.call('ZADD', key, text(now + length), lease .. '/' .. slot)
      end
      redis.call('PEXPIRE', key, text(math.ceil(length)))
    elseif amount > 0 then
      count(key, length, amount)
    end
  end
end
return { allowed, answer }
`;

export const ADD: string = `${PRELUDE}
for i, key in ipairs(KEYS) do
  local technique, _, length, amount = demand(i)
  if technique ~= 'concurrent' and amount > 0 then count(key, length, amount) end
end
`;

export const RELEASE: string = `${PRELUDE}
for i, key in ipairs(KEYS) do
  local technique, _, _, amount = demand(i)
  if technique == 'concurrent' then
    for slot = 1, amount do
      redis.call('ZREM', key, lease .. '/' .. slot)
    end
  end
end
`;
