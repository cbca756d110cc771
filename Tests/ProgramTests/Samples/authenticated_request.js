const response = await fetch('https://tryvinci.com/api/v1/billing/balance', {
 headers: {
   'Authorization': 'Bearer sk-your-api-key-here',
 },
});


const balance = await response.json();
console.log(`Current balance: $${balance.balance_usd}`);
