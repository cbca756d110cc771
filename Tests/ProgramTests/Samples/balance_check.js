async function checkBalanceForVideo(durationSeconds, apiKey) {
 // Check current balance
 const balanceResponse = await fetch('http://34.67.47.2:8000/api/v1/billing/balance', {
   headers: { 'Authorization': `Bearer ${apiKey}` },
 });
  const balance = await balanceResponse.json();
  // Calculate estimated cost
 const estimatedCost = durationSeconds * 0.05;
 const currentBalance = balance.balance_usd;
  console.log(`Current balance: $${currentBalance.toFixed(2)}`);
 console.log(`Estimated cost: $${estimatedCost.toFixed(2)}`);
  if (currentBalance < estimatedCost) {
   console.log('❌ Insufficient balance for this request');
   return false;
 }
  console.log('✅ Sufficient balance available');
 return true;
}


// Example usage
const apiKey = 'sk-your-api-key-here';
const videoDuration = 8; // seconds


if (await checkBalanceForVideo(videoDuration, apiKey)) {
 console.log('Proceeding with video generation...');
 // Make video generation request
} else {
 console.log('Please add more credits to your account');
}
