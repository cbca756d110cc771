const response = await fetch('http://34.67.47.2:8000/api/v1/keys', {
 method: 'POST',
 headers: {
   'Authorization': 'Bearer sk-existing-api-key',
   'Content-Type': 'application/json',
 },
 body: JSON.stringify({
   name: 'Production API Key',
   rate_limit: 20
 }),
});


const result = await response.json();
console.log(`New API key created: ${result.api_key}`);
console.log(`Key ID: ${result.key_id}`);
