// Get usage for the last 7 days
const response = await fetch('https://tryvinci.com/api/v1/billing/usage?days=7', {
 headers: {
   'Authorization': 'Bearer sk-your-api-key-here',
 },
});


const usage = await response.json();
console.log(`Usage for last ${usage.period_days} days:`);
console.log(`- Total requests: ${usage.total_requests}`);
console.log(`- Total video seconds: ${usage.total_seconds}`);
console.log(`- Total cost: $${usage.total_cost_usd.toFixed(2)}`);
console.log(`- Current balance: $${usage.current_balance_usd.toFixed(2)}`);


// Calculate average cost per request
if (usage.total_requests > 0) {
 const avgCost = usage.total_cost_usd / usage.total_requests;
 console.log(`- Average cost per request: $${avgCost.toFixed(3)}`);
}
