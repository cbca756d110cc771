import requests


url = "https://tryvinci.com/api/v1/billing/balance"
headers = {"Authorization": "Bearer sk-your-api-key-here"}


response = requests.get(url, headers=headers)
balance = response.json()


print(f"Current balance: ${balance['balance_usd']:.2f}")
print(f"Total spent: ${balance['total_spent_usd']:.2f}")


# Check if balance is low
if balance['balance_usd'] < 5.0:
   print("⚠️  Low balance! Consider adding more credits.")
