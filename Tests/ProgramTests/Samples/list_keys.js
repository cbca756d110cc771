const response = await fetch('http://34.67.47.2:8000/api/v1/keys', {
 headers: {
   'Authorization': 'Bearer sk-your-api-key-here',
 },
});


const result = await response.json();
console.log(`Total API keys: ${result.count}`);


result.api_keys.forEach(key => {
 const status = key.is_active ? 'Active' : 'Disabled';
 console.log(`- ${key.name}: ${key.key_preview} (${status})`);
});
