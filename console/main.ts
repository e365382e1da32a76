// The console's page: draws the application into the document.

document.getElementById('app')?.append('Interlock');
