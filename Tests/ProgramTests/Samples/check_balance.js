const response = await fetch('https://tryvinci.com/api/v1/billing/balance', {
 headers: {
   'Authorization': 'Bearer sk-your-api-key-here',
 },
});


const balance = await response.json();
console.log(`Current balance: $${balance.balance_usd.toFixed(2)}`);
console.log(`Total spent: $${balance.total_spent_usd.toFixed(2)}`);


// Check if balance is low
if (balance.balance_usd < 5.0) {
 console.log('⚠️  Low balance! Consider adding more credits.');
}
