const keyId = 'vinci_abc123...';
const response = await fetch(`http://34.67.47.2:8000/api/v1/keys/${keyId}`, {
 method: 'DELETE',
 headers: {
   'Authorization': 'Bearer sk-your-api-key-here',
 },
});


const result = await response.json();
console.log(`API key revoked: ${result.message}`);
