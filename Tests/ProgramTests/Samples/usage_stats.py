import requests


# Get usage for the last 7 days
url = "https://tryvinci.com/api/v1/billing/usage?days=7"
headers = {"Authorization": "Bearer sk-your-api-key-here"}


response = requests.get(url, headers=headers)
usage = response.json()


print(f"Usage for last {usage['period_days']} days:")
print(f"- Total requests: {usage['total_requests']}")
print(f"- Total video seconds: {usage['total_seconds']}")
print(f"- Total cost: ${usage['total_cost_usd']:.2f}")
print(f"- Current balance: ${usage['current_balance_usd']:.2f}")


# Calculate average cost per request
if usage['total_requests'] > 0:
   avg_cost = usage['total_cost_usd'] / usage['total_requests']
   print(f"- Average cost per request: ${avg_cost:.3f}")
