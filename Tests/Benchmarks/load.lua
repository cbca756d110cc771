-- One load for all servers. LOAD is "polls" or "orders"; TOKENS is a file with a token per line, used in turn; JOB is
-- the request id that is polled.

local tokens, turn, requests = {}, 0, {}
for token in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = token end
local orders = os.getenv("LOAD") == "orders"
local prefix = tostring(os.time())

function init(_)
  if orders then return end
  for i, token in ipairs(tokens) do
    local headers = { ["Authorization"] = "Bearer " .. token }
    requests[i] = wrk.format("GET", "/api/v1/status/" .. os.getenv("JOB"), headers)
  end
end

function request()
  turn = turn + 1
  local i = turn % #tokens + 1
  if not orders then return requests[i] end
  local headers = { ["Authorization"] = "Bearer " .. tokens[i], ["Content-Type"] = "application/json" }
  local body = '{"prompt": "A lighthouse in a storm, ' .. prefix .. "-" .. turn .. '", "duration_seconds": 5}'
  return wrk.format("POST", "/api/v1/generate/text-to-video", headers, body)
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "seconds": %f, "refused": %d, "broken": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
