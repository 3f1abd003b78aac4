import '#application/world.ts'
