// Stands for an instrument that is out of order.
console.error('the lamp is cold')
process.exit(7)
