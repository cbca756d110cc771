import requests


headers = {
   "Authorization": "Bearer sk-your-api-key-here",
   "Content-Type": "application/json"
}


response = requests.get(
   "https://tryvinci.com/api/v1/billing/balance",
   headers=headers
)


balance = response.json()
print(f"Current balance: ${balance['balance_usd']}")
